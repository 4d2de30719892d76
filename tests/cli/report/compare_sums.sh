# Parts that do not add up; groups of an office's own; numerals, thousands, a wrapped line; a table with Chinese keys.
tian --index year index corpus/proposals > log
cat > printed.txt <<'END'
五年来，共收到提案二千一百零五件，经审查立案1,824件。在立案提案中，委员提案1612件，集体提案212件。围绕绿色发展提出提案298件，占立案总数的16.3%。
围绕营商环境提出提案371件。围绕民生提出提案772件。围绕乡村振兴提出提案125件。围绕疫情防控征集提案65件。交办的1824件提案全部办复，已经解决的1350件，
占百分之七十四；正在解决和列入规划的319件，占17.5%；作出解释说明的155件。领衔督办重点提案165件次。
END
tian --index year report --compare printed.txt
printf '项目\t件数\n提交提案\t26\n立案率\t88.5%%\n基本满意\t一件\n优秀提案\t5\n' > printed.tsv
tian --index year report --year 2024 --compare printed.tsv
