tian debug repair - < corpus/wrapped.txt | head -n 5
