for command in index remove search show check merge theme serve status verify rebuild digest dump debug; do
    tian $command --help; tian --lang en help $command
done
