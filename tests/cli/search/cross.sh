# Cross-tables beside facets; Chinese names; sorting by several keys.
tian search 小区 -n 1 --facet 年×主题,结果 | grep -v 主题：
tian --lang en search 小区 -n 1 --facet 'year*outcome' --sort=-年,unit | grep -v theme:
tian --json search 小区 -n 1 --facet 年×结果 | sed -n '/"tables"/,$p' | head -n 30
tian search 小区 --facet 年×颜色
