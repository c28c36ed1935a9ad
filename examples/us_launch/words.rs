//! Every phrase of the report in both languages, side by side.

use linkstar::{DateBasis, Language, Zone};

/// A phrase with places for words: `{name}`.
pub struct Phrase {
    en: &'static str,
    zh: &'static str,
}

impl Phrase {
    pub fn with(&self, language: Language, words: &[(&str, &str)]) -> String {
        let pattern = match language {
            Language::En => self.en,
            Language::ZhCn => self.zh,
        };
        words.iter().fold(pattern.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
}

const fn phrase(en: &'static str, zh: &'static str) -> Phrase {
    Phrase { en, zh }
}

// The head.
pub const HEAD: Phrase =
    phrase("{project} on Amazon, Black Friday 2027, as of {now} (see --now)", "{project}｜亚马逊 2027 黑五｜截至 {now}（--now 可改）");
pub const ABOUT: Phrase = phrase(
    "Template: US new-product launch on Amazon. Anchor: the first sale, {goal}.",
    "模板：亚马逊美国站新品上市。锚点：黑五开售，{goal}。",
);

pub const TEMPLATE_HEAD: Phrase = phrase("{project}, as of {now} (see --now)", "{project}｜截至 {now}（--now 可改）");
pub const TEMPLATE_ABOUT: Phrase = phrase("Template: {template}. Anchor: {goal}.", "模板：{template}。锚点：{goal}。");

// What a project from a template rests on.
pub const RESTS_ON: Phrase = phrase("What the plan rests on", "计划的依据");
pub const RESTS_ON_ABOUT: Phrase = phrase(
    "From the packs of the US market, each fact with its source in the project. It guides, and is not legal advice.",
    "来自美国市场资料包，每条事实的出处都写在项目中。仅供参考，不构成法律意见。",
);
pub const DAYS_SHORT: Phrase = phrase("Days short", "缺少天数");
pub const NONE_SHORT: Phrase = phrase("None: every date can be kept", "无：所有日期都赶得上");
pub const SO_SHORT: Phrase = phrase("{days} working days, on the chain {chain}", "{days} 个工作日，卡在：{chain}");
pub const APPLIES: Phrase = phrase("Applies", "适用要求");
pub const APPLIES_COUNT: Phrase =
    phrase("{count} requirements, {open} of them only if a question below is answered so", "{count} 项要求，其中 {open} 项取决于下列问题");
pub const ASKS: Phrase = phrase("To answer", "待回答");
pub const NOTHING_ASKED: Phrase = phrase("Nothing", "无");
pub const ASSUMED: Phrase = phrase("Assumed", "默认假设");
pub const CHOICE: Phrase = phrase("Choice", "可选方案");
pub const OPTION: Phrase = phrase("{value} until {time}", "{value}：最迟 {time}");
pub const OPTION_LATE: Phrase = phrase("{value} is too late by {short}", "{value}：已晚 {short}");
pub const OPTION_TAKEN: Phrase = phrase("{option} (planned)", "{option}（当前方案）");
pub const BINDS: Phrase = phrase("Dates", "约束日期");
pub const BOUND: Phrase = phrase("{name} {day} ({kind})", "{name} {day}（{kind}）");
pub const UNKNOWN_DAY: Phrase = phrase("not known: ask", "未知：请确认");
const DATE_KINDS: Phrase = phrase("as given,by rule,published,projected,an estimate,unknown", "用户给定,按规则,已公布,推算,估计,未知");
pub const RISKY: Phrase = phrase("Uncertain", "不确定");
pub const LATEST: Phrase = phrase("Start by", "最迟启动");
pub const CHAIN_START: Phrase = phrase("{name} by {time}", "{name}：{time}");

// The answer.
pub const MAKE_IT: Phrase = phrase("On time?", "能否赶上");
pub const SLACK: Phrase = phrase("Slack", "余量");
pub const START_NOW: Phrase = phrase("Start now", "现在启动");
pub const CHAIN: Phrase = phrase("Chain", "最紧的链");
pub const DEADLINE: Phrase = phrase("Deadline", "最近期限");
pub const YES: Phrase = phrase("Yes, with likely and also with pessimistic durations", "能，按最可能工期和悲观工期都来得及");
pub const YES_BUT: Phrase =
    phrase("Yes, with likely durations; pessimistic: {worse}", "能，按最可能工期来得及；按悲观工期：{worse}（按工作时间计）");
pub const NO: Phrase = phrase("No: {broken}; pessimistic: {worse}", "不能：{broken}；按悲观工期：{worse}（按工作时间计）");
pub const TOO_LATE: Phrase = phrase("{late} of work late for {name}", "{name}晚 {late}");
pub const TOO_LATE_WHY: Phrase = phrase("{late} of work late for {name} ({why})", "{name}（{why}）晚 {late}");
pub const EVEN_LATER: Phrase = phrase("{late} for {name}", "{name}晚 {late}");
pub const DEADLINE_KIND: Phrase = phrase("deadline", "截止日");
pub const SPARE: Phrase = phrase("{slack} of work, least at {name} ({who})", "{slack}工作时间，最紧处：{name}（{who}）");
pub const SHORT: Phrase = phrase("{slack} of work, worst at {name} ({who})", "{slack}工作时间，缺口最大：{name}（{who}）");
pub const GOAL_ALONE: Phrase = phrase("; first sale alone {slack}", "；仅看开售有 {slack}");
pub const ALL_DONE: Phrase = phrase("Everything before the first sale is done", "开售前的任务已全部完成");
pub const ALL_STARTED: Phrase = phrase("Every task has begun", "所有任务均已开始");
pub const START_BY: Phrase = phrase("{name} ({who}, by {time})", "{name}（{who}，最迟 {time}）");
pub const START_LATER: Phrase = phrase("None in 5 working days; first: {item}", "5 个工作日内暂无；最早：{item}");
pub const MORE: Phrase = phrase("{count} more", "另有 {count} 项");
pub const SEPARATOR: Phrase = phrase("; ", "；");
pub const WEAKEST: Phrase = phrase("{name} (weakest: {likely}, up to {worst})", "{name}（最弱环节：{likely}，最长 {worst}）");
pub const NEXT_DEADLINE: Phrase = phrase("{date}: {name}{estimate}{planned}", "{date}：{name}{estimate}{planned}");
pub const ESTIMATE: Phrase = phrase(" (an estimate)", "（估计值）");
pub const PLANNED: Phrase = phrase("; planned {time}", "，计划 {time}");
pub const NO_DEADLINE: Phrase = phrase("None ahead: every date of the launch lies in the past", "前方已无期限：本次上市的日期都已过去");

// What opened, what is blocked.
pub const OPENED: Phrase = phrase("What opened", "由此开放的事项");
pub const HANDED_IN: Phrase = phrase("Handed in", "已提交");
pub const MAY_START: Phrase = phrase("May start", "可以开始");
pub const CLEAR: Phrase = phrase("Clear", "已通过");
pub const STILL_OPEN: Phrase = phrase("Still open", "仍未通过");
pub const AHEAD: Phrase = phrase("{name} ({who}; ahead of the plan)", "{name}（{who}；早于计划）");
pub const WITH: Phrase = phrase("{name} ({who})", "{name}（{who}）");
pub const NOTHING: Phrase = phrase("nothing more than before", "没有新增");
pub const LACKS_COUNT: Phrase = phrase("{gate} (lacks {count})", "{gate}（缺 {count} 项）");
pub const BLOCKED: Phrase = phrase("What is blocked", "被阻塞的事项");
pub const BLOCKED_ABOUT: Phrase = phrase(
    "May start now: {ready}, and {ahead} ahead of the plan. Blocked: {blocked}. Gates not clear: {open} of {all}. > is due.",
    "现在可开始 {ready} 项，另有 {ahead} 项可提前；被阻塞 {blocked} 项；未通过关口 {open}/{all}。> 表示应立即处理。",
);
pub const NOTHING_BLOCKED: Phrase =
    phrase("Nothing. May start now: {ready}, and {ahead} ahead of the plan.", "无。现在可开始 {ready} 项，另有 {ahead} 项可提前。");
pub const NEEDED_BY: Phrase = phrase("Needed by (Shanghai)", "最迟（上海）");
pub const WHAT: Phrase = phrase("What to do", "要做的事");
pub const HOLDS_UP: Phrase = phrase("Holds up", "影响");
pub const TASKS: Phrase = phrase("{count} tasks", "{count} 项任务");
pub const ONE_TASK: Phrase = phrase("1 task", "1 项任务");
pub const AND_DATE: Phrase = phrase("{tasks}, {name} ({slack})", "{tasks}，{name}（{slack}）");
pub const SO_MANY: Phrase = phrase("{needed} of {possible}", "{possible} 人中 {needed} 人");
pub const ANY_OF: Phrase = phrase("{needed} of {possible}", "{possible}中 {needed} 人");
pub const AND: Phrase = phrase(", ", "、");
pub const AND_MORE: Phrase = phrase("and {count} more", "另有 {count} 项");
pub const START: Phrase = phrase("Start: {name}", "启动：{name}");
pub const FINISH: Phrase = phrase("Finish: {name}", "完成：{name}");
pub const HAND_IN: Phrase = phrase("Hand in: {name}", "提交：{name}");
pub const TICK: Phrase = phrase("Tick: {name}", "勾选：{name}");
pub const AGREE: Phrase = phrase("Decide: {name}", "审批：{name}");
pub const MEASURE: Phrase = phrase("Measure: {name}", "录入指标：{name}");
pub const NEXT_GATES: Phrase = phrase("The next gates, and what they lack:", "接下来的关口及所缺事项：");
pub const GATE_LACKS: Phrase = phrase("{gate}, before \"{task}\": {points}", "{gate}（【{task}】之前）：{points}");

// Who is overloaded.
pub const OVERLOADED: Phrase = phrase("Who is overloaded", "超负荷的人员");
pub const OVERLOADED_ABOUT: Phrase = phrase(
    "Days with more work than time, the most first, then too many tasks of one kind at once.",
    "工作量超过可用时间的日子，超出最多的在前；其后是同时进行的同类任务过多。",
);
pub const NOBODY: Phrase = phrase("Nobody: every day has room for its work.", "无：每天的工作都排得下。");
pub const WHEN: Phrase = phrase("Days", "日期");
pub const TOO_MUCH: Phrase = phrase("Too much", "超出");
pub const COULD_WAIT: Phrase = phrase("Could wait the longest (slack)", "最能推迟的任务（余量）");
pub const WORK_IN: Phrase = phrase("{load} in {capacity}", "{capacity}内 {load}");
pub const AT_ONCE: Phrase = phrase("{peak} at once, {most} allowed", "同时 {peak} 项，限 {most} 项");
pub const WITH_SLACK: Phrase = phrase("{name} ({slack})", "{name}（{slack}）");
pub const FROM_TO: Phrase = phrase("{first} to {last}", "{first} 至 {last}");

// The chart.
pub const CHART: Phrase = phrase("The plan", "计划");
pub const LEGEND: Phrase = phrase(
    "█ no slack  ▓ up to {near} days of slack  ▒ more  · slack  ◆ milestone  ! deadline  │ now",
    "█ 无余量  ▓ 余量 {near} 天以内  ▒ 余量更多  · 余量  ◆ 里程碑  ! 期限  │ 今天",
);
pub const CELL_HALF_WEEK: Phrase = phrase("{year}, 2 columns a week", "{year} 年，每周 2 格");
pub const CELL_WEEKS: Phrase = phrase("{year}, {weeks}w a column", "{year} 年，每格 {weeks} 周");
const MONTHS: Phrase = phrase("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月");

// Reasons, starts, findings.
pub const REASONS: Phrase = phrase("Critical path: the chain that leads to the first sale", "关键路径：通向开售的任务链");
pub const REASONS_ABOUT: Phrase =
    phrase("Each task waits for the one above it; times are local to the task.", "每项任务等待上一项；时间均为各任务当地时间。");
pub const STARTS: Phrase = phrase("Latest safe starts", "最迟安全开始时间");
pub const STARTS_ABOUT: Phrase = phrase(
    "Shanghai time, unless a city is named. > due or overdue; ~ slack on the clock, nights included.",
    "未注明城市的均为上海时间。> 表示应启动或已逾期；~ 表示余量按自然时间计（含夜间与周末）。",
);
pub const LATEST_START: Phrase = phrase("Latest start", "最迟开始");
pub const WHO: Phrase = phrase("Who", "负责人");
pub const TASK: Phrase = phrase("Task", "任务");
pub const LEADS_TO: Phrase = phrase("Leads to", "影响");
pub const PROJECT_END: Phrase = phrase("Project end", "项目结束");
pub const FINDINGS: Phrase = phrase("What the plan found", "计划中的发现");
pub const NO_FINDINGS: Phrase = phrase("Nothing.", "无。");
pub const SOURCES: Phrase = phrase(
    "Sources: examples/us_launch/sources.md. Durations and the FBA cut-off are estimates; Chinese holidays from 2027 on are projected. Guides, not legal advice.",
    "数据来源：examples/us_launch/sources.md。工期与 FBA 入仓截止日为估计值，2027 年起的中国节假日为推算。仅供参考，不构成法律意见。",
);
pub const NAME: Phrase = phrase("\"{name}\"", "【{name}】");

// The command line.
pub const USAGE: Phrase = phrase(
    "Plans the launch of examples/us_launch/launch.json.\n\nus_launch [--now DATE] [--evidence KEY]... [--json] [--lang zh-CN|en]\nus_launch --template ID [--category C]... [--platform P]... [--attr NAME=VALUE]... [--moment M --year Y | --target DAY]\n          [--start DAY] [--skus N] ...                plans a project from the packs of the US market instead\n\n  --now DATE      look from this day, 09:00 in Shanghai, or from a moment: 2027-06-15T09:00:00+08:00\n  --evidence KEY  hand in what this point of the checklist asks for, such as fcc-grant, and see what opens;\n                  a word that is no key lists them all\n  --json          write the plan document\n  --lang          zh-CN or en",
    "计划 examples/us_launch/launch.json 中的上市项目。\n\nus_launch [--now 日期] [--evidence 编号]... [--json] [--lang zh-CN|en]\nus_launch --template 模板 [--category 类目]... [--platform 平台]... [--attr 属性=值]... [--moment 节点 --year 年 | --target 日期]\n          [--start 日期] [--skus 数量] ...            改为按美国市场资料包生成项目\n\n  --now 日期       基准日（上海 09:00），或具体时刻：2027-06-15T09:00:00+08:00\n  --evidence 编号  提交该检查项所需的证据，如 fcc-grant，并查看由此开启的事项；\n                   编号不存在时会列出全部编号\n  --json           输出计划文档\n  --lang           zh-CN 或 en",
);
pub const BAD_NOW: Phrase = phrase(
    "`{value}` is not a date. Write --now 2027-06-15, or a moment with its offset: --now 2027-06-15T09:00:00+08:00",
    "`{value}` 不是有效日期。请写 --now 2027-06-15，或带时区偏移的时刻：--now 2027-06-15T09:00:00+08:00",
);
pub const BAD_EVIDENCE: Phrase =
    phrase("`{value}` is not in the checklist. Write --evidence with one of: {keys}", "检查清单中没有 `{value}`。--evidence 可用：{keys}");
pub const BAD_LANGUAGE: Phrase = phrase("`{value}` is not a language of this report. Write --lang zh-CN or --lang en", "");
pub const BAD_NUMBER: Phrase = phrase("`{value}` is not a number above 0. Write {option} 2027", "`{value}` 不是正整数。请写 {option} 2027");
pub const BAD_DAY: Phrase = phrase("`{value}` is not a day. Write {option} 2027-11-26", "`{value}` 不是有效日期。请写 {option} 2027-11-26");
pub const NO_TEMPLATE: Phrase = phrase(
    "These options are for a template. Add --template amazon-new-product; a name that is none lists them",
    "这些选项用于模板。请加上 --template amazon-new-product；名称不存在时会列出可用模板",
);
pub const BAD_OPTION: Phrase = phrase(
    "`{value}` is not an option. Write --now DATE, --evidence KEY, --json, --lang zh-CN or --lang en; see --help",
    "没有选项 `{value}`。可用：--now 日期、--evidence 编号、--json、--lang zh-CN 或 --lang en；参见 --help",
);

/// What sort of date something is.
pub fn date_kind(kind: DateBasis, language: Language) -> String {
    let place = match kind {
        DateBasis::Given => 0,
        DateBasis::Rule => 1,
        DateBasis::Published => 2,
        DateBasis::Projected => 3,
        DateBasis::Estimate => 4,
        DateBasis::Unknown => 5,
    };
    DATE_KINDS.with(language, &[]).split(',').nth(place).unwrap_or_default().to_owned()
}

/// A month from 1 to 12.
pub fn month(number: usize, language: Language) -> String {
    MONTHS.with(language, &[]).split(' ').nth(number.saturating_sub(1)).unwrap_or_default().to_owned()
}

/// The city that a zone is called after.
pub fn city(zone: Zone, language: Language) -> &'static str {
    match (zone.name(), language) {
        ("Asia/Shanghai", Language::En) => "Shanghai",
        ("Asia/Shanghai", Language::ZhCn) => "上海",
        ("America/Los_Angeles", Language::En) => "Los Angeles",
        ("America/Los_Angeles", Language::ZhCn) => "洛杉矶",
        (other, _) => other,
    }
}

/// A length such as `5d 4h`, in Chinese with Chinese units.
pub fn length(text: &str, language: Language) -> String {
    match language {
        Language::En => text.to_owned(),
        Language::ZhCn => text.replace(' ', "").replace('d', "天").replace('h', "小时").replace('m', "分").replace('s', "秒"),
    }
}
