flock index/lock sleep 0.5 &
sleep 0.2
tian index --wait 20 corpus/collection.txt
