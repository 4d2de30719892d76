tian search "$(printf '\377\376')"
