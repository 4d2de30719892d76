# starts, answers, and ends on SIGTERM with status 0
port=$((20000 + RANDOM % 20000))
tian serve --port $port 2> ready & server=$!
for i in $(seq 100); do grep -q http ready && break; sleep 0.05; done
exec 3<> /dev/tcp/127.0.0.1/$port
printf 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
head -n 1 <&3 | tr -d '\r'
exec 3>&-
kill -TERM $server; wait $server; echo "exit status $?"
