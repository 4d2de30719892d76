/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the fields of a proposal and the codes of an outcome are called, for
 * every front end: one table each. Field names are those of share/fields.conf.
 */
#include <tian.h>

#include <string.h>

#include "base/ctx.h"

static const struct {
    const char *name, *english, *chinese;
} FIELDS[] = {
    { "number", "Number", "案号" },
    { "session", "Session", "届次" },
    { "year", "Year", "年份" },
    { "date", "Submitted", "提交日期" },
    { "period", "Period", "会间/会后" },
    { "proposer", "Proposer", "提案者" },
    { "proposer_kind", "Kind of proposer", "提案者性质" },
    { "cosigner", "With", "联名" },
    { "party", "Party", "党派" },
    { "circle", "Circle", "界别" },
    { "committee", "Committee", "专委会" },
    { "category", "Category", "类别" },
    { "keywords", "Keywords", "主题词" },
    { "suggested_lead", "Suggested unit", "建议主办" },
    { "lead_unit", "Handled by", "主办单位" },
    { "joint_unit", "Together with", "会办单位" },
    { "state", "State", "状态" },
    { "merged_with", "Merged with", "并案" },
    { "filed_date", "Filed", "立案日期" },
    { "assigned_date", "Assigned", "交办日期" },
    { "due_date", "Due", "办结期限" },
    { "reply_date", "Replied", "答复日期" },
    { "outcome", "Outcome", "办理结果" },
    { "satisfaction", "Satisfaction", "满意度" },
    { "reply", "Reply", "答复" },
    { "public", "Public", "公开" },
    { "key", "Key proposal", "重点提案" },
    { "excellent", "Excellent", "优秀提案" },
    { "kind", "Kind", "文种" },
    { "place", "Place", "地区" },
    { "source", "Source", "来源" },
    { "theme", "Theme", "主题" },
    { "unit", "Unit", "承办单位" },
};

const char *tian_field_label(const char *name)
{
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
        if (strcmp(FIELDS[i].name, name) == 0)
            return say(FIELDS[i].english, FIELDS[i].chinese);
    return name;
}

/* Codes that stand for a wording of share/outcomes.conf. */
static const struct {
    const char *code, *english, *chinese;
} OUTCOMES[] = {
    { "solved", "solved", "解决或采纳" },     { "in-progress", "under way", "正在解决" },
    { "planned", "planned", "列入计划" },     { "reference", "for reference", "留作参考" },
    { "explained", "explained", "解释说明" }, { "unknown", "not stated", "未注明" },
};

const char *tian_field_wording(const char *name, const char *value)
{
    if (!value[0])
        return strcmp(name, "theme") == 0 ? say("unclassified", "未分类") : say("not stated", "未注明");
    if (strcmp(name, "proposer_kind") == 0)
        return strcmp(value, "collective") == 0 ? say("collective", "集体提案")
               : strcmp(value, "member") == 0   ? say("of members", "委员提案")
                                                : value;
    if (strcmp(name, "outcome") != 0)
        return value;
    for (size_t i = 0; i < sizeof OUTCOMES / sizeof *OUTCOMES; i++)
        if (strcmp(OUTCOMES[i].code, value) == 0)
            return say(OUTCOMES[i].english, OUTCOMES[i].chinese);
    return value;
}
