mv index elsewhere
TIAN_INDEX=elsewhere tian status | head -2
tian --index elsewhere --lang en status | head -2
