tian report --year 2023 --format markdown
