/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * tian, the program: the table of commands, and what is common to a run of any:
 * options, language, Ctrl-C, and how an ending becomes an exit status.
 *
 *   0  done, found                     4  a file or device cannot be read or written
 *   1  nothing found; check: a repeat  5  another process writes to the index
 *   2  a wrong command line            75 stopped, or out of time or memory: try again
 *   3  the index is missing or damaged
 *
 * To add a command: a cmd_ function (cli.h) and a line in COMMANDS.
 */
#include "cli/cli.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct command {
    const char *name, *operands;
    size_t least, most; /* operands; most 0: any number */
    const char *options;
    int (*run)(struct cli *);
    const char *english, *chinese;
    const char *example;
};

static const struct command COMMANDS[] = {
    { "index", "PATH…", 1, 0, "rebuild strict follow require-sandbox jobs memory wait log", cmd_index,
      "Read files and folders into the index; what has not changed is skipped.",
      "把文件和文件夹收入索引；没有变动的自动跳过。", "tian index 提案/2024 汇总.jsonl" },
    { "log", "[FILE]", 0, 1, "", cmd_log,
      "What the last import read, as what, what is to be minded and what failed.",
      "上一次导入读了哪些文件、认出什么、有何提醒、哪些失败。", "tian log" },
    { "remove", "ID…", 1, 0, "wait", cmd_remove, "Take documents out of the index.", "从索引中移除若干件。",
      "tian remove 0012" },
    { "search", "QUERY", 0, 0,
      "match theme sort count offset cursor facet format exact literal all-copies explain batch", cmd_search,
      "Find proposals. “…” exact, -word without it, 案由:word in the title, 建议:word in the suggestions.",
      "检索。“…”一字不差，-词 不含此词，案由:词 只看案由，建议:词 只看建议部分。",
      "tian search 加装电梯 --theme 社会建设" },
    { "suggest", "TEXT", 1, 0, "count", cmd_suggest,
      "What the text may become: words and titles of the index, by characters, pinyin, initials or sound.",
      "输入提示：库中的词和案由，可用汉字、拼音、首字母，同音字也行。", "tian suggest ljxq" },
    { "watch", "[run [NAME…] | add NAME QUERY… | list | remove NAME]", 0, 0, "match theme", cmd_watch,
      "Saved searches: what is new since they were last run. Exit status 1: nothing.",
      "订阅检索：只列出上次以来新的件。退出码 1 表示没有新的。", "tian watch add 电梯 加装电梯" },
    { "dict", "test WORD | add WORD… | remove WORD… | lint", 1, 0, "", cmd_dict,
      "The dictionary: how a word is cut before it is added; add and remove words of one's own; what is odd.",
      "词典：加词前先看它怎样切、改变多少件；加删本单位的词；检查整部词典。", "tian dict test 口袋公园" },
    { "show", "ID", 1, 1, "query", cmd_show,
      "Show a document, what a query finds in it marked (n and N in less: the next), and what is similar to "
      "it.",
      "显示一件的全文、办理情况和相近的文件，可标出检索词（在 less 中按 n、N 跳到下一处、上一处）。",
      "tian show 0012 --query 电梯" },
    { "check", "DRAFT|-", 0, 1, "top against side-by-side certificate explain exclude title proposer batch",
      cmd_check,
      "Was this proposed before? Verdict, reason and the passages of both texts. Exit status 1: it is a "
      "repeat.",
      "查重：这件提案以前提过没有？给出结论、依据和双方相同的段落。退出码 1 表示重复。",
      "tian check 草稿.txt" },
    { "merge", "[--accept MAIN [ID…] | --refuse ID ID | --learn]", 0, 0,
      "session year accept refuse learn out format explain jobs", cmd_merge,
      "Which proposals of a session to handle as one, round a main proposal; decide on them. Exit status 1: "
      "none.",
      "并案：一次会议的提案中哪些应当合并办理，以哪一件为主；记录并或不并。退出码 1 表示没有。",
      "tian merge --session 十四届三次; tian merge --accept 4 15" },
    { "theme", "list|label|learn|test|explain|lint|apply|new|set|unset [TEXT|-|ID|FILE]", 1, 0,
      "batch taxonomy from out folds year wait", cmd_theme,
      "The themes with their counts; the themes of a text; learn them from labelled texts, and test.",
      "各主题及件数；给一段文字标主题；从已标的例子学分类、测准确率。",
      "tian theme label 建议增加社区养老床位" },
    { "report", "", 0, 0, "session year cross trend compare format explain", cmd_report,
      "The statistics of a session or a year; or a cross-table; or a printed report against them. Exit "
      "status 1: "
      "it differs.",
      "某次会议或某年的提案统计；或任意两三项的交叉表；或与印好的报告对照。退出码 1 表示有不符。",
      "tian report --session 十四届三次" },
    { "serve", "", 0, 0, "port host public token-file threads request-seconds access-log", cmd_serve,
      "Serve the page and the HTTP interface until Ctrl-C.", "提供网页和 HTTP 接口，按 Ctrl-C 停止。",
      "tian serve --port 8765" },
    { "status", "", 0, 0, "", cmd_status, "What is in the index.", "索引里有什么。", "tian status" },
    { "verify", "", 0, 0, "quick full", cmd_verify, "Is every file of the index whole?",
      "核对索引的每个文件是否完好。", "tian verify --full" },
    { "rebuild", "", 0, 0, "jobs memory wait", cmd_rebuild, "Make all derived data anew from the records.",
      "由存档重建全部索引数据。", "tian rebuild" },
    { "compact", "", 0, 0, "jobs memory wait", cmd_compact,
      "Tidy up: one segment of all; what was replaced or removed leaves the records for good, and is "
      "counted.",
      "整理：合并各段；被替换的旧版本和已删除的文件从存档中永久清除，并报告件数。", "tian compact" },
    { "backup", "FOLDER|-", 1, 1, "", cmd_backup,
      "Copy the index while it is used; into a folder only what is new (-: a tar archive to stdout).",
      "使用中备份索引；备份到文件夹时只写新增部分（-：以 tar 写到标准输出）。", "tian backup /备份/提案" },
    { "restore", "BACKUP|-", 1, 1, "wait", cmd_restore,
      "Put a backup (folder or tar archive) in the place of the index, while it is served.",
      "用备份（文件夹或 tar 文件）替换索引，服务不中断。", "tian restore /备份/提案" },
    { "load", "FILE…", 1, 0, "jobs memory wait log", cmd_index,
      "Read what dump wrote into the index: index, by another name.",
      "把 dump 导出的内容收入索引（同 index）。", "tian load 全部.jsonl" },
    { "digest", "", 0, 0, "", cmd_digest, "One line that is equal when two indexes hold the same.",
      "一行指纹：内容相同的两个索引，指纹相同。", "tian digest" },
    { "dump", "", 0, 0, "", cmd_dump, "Every document as a JSON line, to be indexed again anywhere.",
      "导出全部文件为 JSON Lines，可重新收入任何索引。", "tian dump > 全部.jsonl" },
    { "debug", "cut|normal|repair TEXT, terms ID, plan QUERY", 2, 0, "", cmd_debug,
      "Show the inside: words, normal form, line repair, what is indexed, how a query is run.",
      "看内部：分词、规范化、断行修复、索引了什么、检索如何执行。", "tian debug cut 既有住宅加装电梯" },
};
enum {
    NCOMMANDS = sizeof COMMANDS / sizeof *COMMANDS
};

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < NCOMMANDS; i++)
        if (strcmp(COMMANDS[i].name, name) == 0)
            return &COMMANDS[i];
    return NULL;
}

/* ---- Help ----------------------------------------------------------------------------------------- */

static void help_all(struct cli *cli)
{
    struct buf *out = &cli->out;
    buf_cstr(out, say("tian, a search engine for proposals\n\nUsage: tian [--index DIR] COMMAND …\n\n",
                      "tian（提案）：提案检索、主题与查重\n\n用法：tian [--index DIR] 命令 …\n\n"));
    for (size_t i = 0; i < NCOMMANDS; i++)
        buf_printf(out, "  %-8s  %s\n", COMMANDS[i].name, say(COMMANDS[i].english, COMMANDS[i].chinese));
    buf_cstr(out, say("\nOptions of every command:\n", "\n各命令通用的选项：\n"));
    option_help(out, "");
    buf_cstr(out, say("\nMore on one: tian COMMAND --help\n", "\n某个命令的说明：tian 命令 --help\n"));
}

static void help_one(struct cli *cli, const struct command *c)
{
    struct buf *out = &cli->out;
    buf_printf(out, say("Usage: tian %s %s\n\n%s\n", "用法：tian %s %s\n\n%s\n"), c->name, c->operands,
               say(c->english, c->chinese));
    if (c->options[0]) {
        buf_cstr(out, say("\nOptions:\n", "\n选项：\n"));
        option_help(out, c->options);
    }
    buf_cstr(out, say("\nOptions of every command:\n", "\n各命令通用的选项：\n"));
    option_help(out, "");
    buf_printf(out, say("\nExample: %s\n", "\n例：%s\n"), c->example);
}

/* ---- A run ---------------------------------------------------------------------------------------- */

static int unknown_command(struct cli *cli, const char *name)
{
    const char *names[NCOMMANDS];
    for (size_t i = 0; i < NCOMMANDS; i++)
        names[i] = COMMANDS[i].name;
    const char *nearest = option_nearest(name, names, NCOMMANDS);
    if (nearest)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, name, "no such command; did you mean %s?",
                        "没有这个命令；是不是 %s？", nearest);
    return ctx_fail(&cli->ctx, TIAN_EUSAGE, name, "no such command; tian --help lists them",
                    "没有这个命令；所有命令见 tian --help");
}

static int check_operands(struct cli *cli, const struct command *c)
{
    if (cli->noperands < c->least)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, c->name, "wanted: tian %s %s", "用法：tian %s %s", c->name,
                        c->operands);
    if (c->most && cli->noperands > c->most)
        return ctx_fail(&cli->ctx, TIAN_EUSAGE, cli->operands[c->most], "too many words: tian %s %s",
                        "多余的参数：tian %s %s", c->name, c->operands);
    return 0;
}

static bool wants_color(const struct cli *cli)
{
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
    if (cli->options.color != WHEN_AUTO)
        return cli->options.color == WHEN_ALWAYS;
    return isatty(STDOUT_FILENO) && !(no_color && no_color[0]) && !(term && strcmp(term, "dumb") == 0);
}

static void apply_global(struct cli *cli)
{
    static const char *const languages[] = { NULL, "zh", "en" };
    if (cli->options.lang)
        say_set(languages[cli->options.lang]);
    cli->color = wants_color(cli);
}

static int run_command(struct cli *cli, const char *name, const struct option_words *words)
{
    struct option_words rest = *words;
    const struct command *c = find_command(name);
    if (!c)
        return unknown_command(cli, name);
    rest.taken = c->options;
    int rc = option_parse(&cli->ctx, &rest, &cli->options, &cli->operands, &cli->noperands);
    apply_global(cli);
    if (rc)
        return rc;
    if (cli->options.help) {
        help_one(cli, c);
        return 0;
    }
    rc = check_operands(cli, c);
    return rc ? rc : c->run(cli);
}

/* tian help, tian help search */
static int run_help(struct cli *cli, const char *const *words, size_t n)
{
    const struct command *c = n ? find_command(words[0]) : NULL;
    if (n && !c)
        return unknown_command(cli, words[0]);
    if (c)
        help_one(cli, c);
    else
        help_all(cli);
    return 0;
}

static int run(struct cli *cli, const struct option_words *words)
{
    const char **rest;
    size_t n;
    int rc = option_parse(&cli->ctx, words, &cli->options, &rest, &n);
    apply_global(cli);
    if (rc)
        return rc;
    if (cli->options.version) {
        buf_printf(&cli->out, "tian %s\n", tian_version());
        return 0;
    }
    if (n > 0 && strcmp(rest[0], "help") == 0)
        return run_help(cli, (const char *const *)rest + 1, n - 1);
    if (n > 0)
        return run_command(cli, rest[0],
                           &(struct option_words){ (const char *const *)rest + 1, n - 1, "", false });
    help_all(cli);
    return cli->options.help ? 0
                             : ctx_fail(&cli->ctx, TIAN_EUSAGE, NULL, "a command is wanted", "请给出命令");
}

/* ---- Endings -------------------------------------------------------------------------------------- */

static const int STATUS[] = {
    [TIAN_OK] = 0,       [TIAN_EUSAGE] = 2,  [TIAN_ENOTFOUND] = 1,   [TIAN_EINDEX] = 3,
    [TIAN_EIO] = 4,      [TIAN_ELOCKED] = 5, [TIAN_EFORMAT] = 4,     [TIAN_ELIMIT] = 2,
    [TIAN_EMEMORY] = 75, [TIAN_EAGAIN] = 75, [TIAN_ECANCELLED] = 75, [TIAN_EDENIED] = 4,
};

static int status_of(int code)
{
    return code >= 0 && (size_t)code < sizeof STATUS / sizeof *STATUS ? STATUS[code] : 4;
}

static int finish(struct cli *cli, int rc)
{
    int written = cli_write(cli);
    rc = rc ? rc : written;
    if (rc)
        cli_say(cli->error.where, cli->error.message[0] ? cli->error.message : error_text(rc));
    tian_close(cli->index);
    return rc ? status_of(rc) : cli->no;
}

struct start {
    struct arena *arena;
    const char *const *words;
    size_t nwords;
    int status;
};

static int run_all(void *arg)
{
    struct start *start = arg;
    start->arena = arena_new(NULL);
    struct cli *cli = arena_new_of(start->arena, struct cli);
    cli->ctx.arena = start->arena;
    cli->ctx.error = &cli->error;
    buf_init(&cli->out, start->arena);
    int rc = run(cli, &(struct option_words){ start->words, start->nwords, "", true });
    start->status = finish(cli, rc);
    return 0;
}

/* The first Ctrl-C asks for a clean end, the second one does not ask. */
static void on_signal(int number)
{
    (void)number;
    tian_cancel();
}

static void catch_signals(void)
{
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)(SA_RESTART | SA_RESETHAND) };
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

int main(int argc, char **argv)
{
    struct start start = { .words = (const char *const *)argv + 1,
                           .nwords = argc > 0 ? (size_t)argc - 1 : 0 };
    catch_signals();
    int rc = mem_protect(run_all, &start);
    if (rc)
        cli_say(NULL, error_text(rc));
    arena_free(start.arena);
    return rc ? status_of(rc) : start.status;
}
