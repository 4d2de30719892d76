tian --index new index corpus/proposals
tian --index new index corpus/proposals
tian --index new status
