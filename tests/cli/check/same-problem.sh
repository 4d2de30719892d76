tian check corpus/drafts/same-problem.txt
