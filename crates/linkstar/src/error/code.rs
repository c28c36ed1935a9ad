//! The table of codes: each with its text, how serious it is, and its sentence in English and Chinese, side by side, so that neither
//! can be forgotten.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Language, Result, Severity};

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal, $severity:ident, en $en:literal, zh $zh:literal;)*) => {
        /// The stable name of a problem.
        ///
        /// In JSON a code is its dotted text, such as `link.loop`. A code never changes its meaning; new ones may be added.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "wasm", derive(tsify::Tsify))]
        #[non_exhaustive]
        pub enum Code { $($(#[doc = $doc])+ #[serde(rename = $text)] $variant,)* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The dotted text of the code, as it stands in JSON.
            ///
            /// ```
            /// assert_eq!(linkstar::Code::LinkLoop.as_str(), "link.loop");
            /// ```
            pub const fn as_str(self) -> &'static str { match self { $(Code::$variant => $text,)* } }

            /// How serious the problem is.
            pub const fn severity(self) -> Severity { match self { $(Code::$variant => Severity::$severity,)* } }

            /// The sentence pattern of the code; `{name}` stands for an argument.
            pub const fn pattern(self, language: Language) -> &'static str {
                match (self, language) { $((Code::$variant, Language::En) => $en, (Code::$variant, Language::ZhCn) => $zh,)* }
            }
        }
    };
}

codes! {
    // Documents.
    /// The text is not JSON.
    DocumentSyntax = "document.syntax", Error,
        en "This is not valid JSON. Mend the text at this place: a quote, a comma or a bracket is missing, or one is too many.",
        zh "这里不是有效的 JSON。请修正此处:缺少或多出引号、逗号或括号。";
    /// The text stops in the middle.
    DocumentTruncated = "document.truncated", Error,
        en "The JSON stops in the middle. Check that the file was saved or sent completely.",
        zh "JSON 在中途结束。请检查文件是否完整保存或发送。";
    /// The document was written by a newer linkstar.
    DocumentVersion = "document.version", Error,
        en "This document has format {found}; this program reads formats 1 to {known}. If it is newer, update linkstar or export it for format {known}.",
        zh "该文档的格式版本为 {found},本程序支持 1 至 {known}。若文档较新,请升级 linkstar,或按版本 {known} 重新导出。";
    /// A document that is not what was written.
    DocumentHash = "document.hash", Error,
        en "This document was changed after it was written: its text no longer has the hash {hash}. Compute the plan again from its project.",
        zh "该文档写出后被改动过:其内容与哈希值 {hash} 不符。请由项目重新计算计划。";
    /// A field that the format does not know.
    DocumentUnknownField = "document.unknownField", Error,
        en "`{field}` is not a field here. The fields are: {known}. Correct its spelling, or leave it out; foreign data goes under `ext` of the project or of a task.",
        zh "此处没有字段 `{field}`。可用字段:{known}。请更正拼写或删除;外部数据请放到项目或任务的 `ext` 中。";
    /// A field that stands there twice.
    DocumentFieldTwice = "document.fieldTwice", Error,
        en "The field `{field}` stands here twice. Keep one of the two.",
        zh "字段 `{field}` 在此重复出现。请保留一个。";
    /// A field that must be there is missing.
    DocumentMissingField = "document.missingField", Error,
        en "The field `{field}` is missing. Add it.",
        zh "缺少字段 `{field}`,请补上。";
    /// A value of the wrong kind, or outside its range.
    DocumentValue = "document.value", Error,
        en "{found} cannot stand here. Write {expected}.",
        zh "此处不能是 {found}。请写 {expected}。";
    /// JSON is nested deeper than any document needs.
    DocumentTooDeep = "document.tooDeep", Error,
        en "The JSON is nested more than 128 levels deep. A project nests by `parent`, never by JSON.",
        zh "JSON 嵌套超过 128 层。任务的层级用 `parent` 表示,不用 JSON 嵌套。";
    /// No operation of this name.
    OperationUnknown = "operation.unknown", Error,
        en "There is no operation `{operation}`. The operations are: {known}.",
        zh "没有名为 `{operation}` 的操作。可用操作:{known}。";

    // Time.
    /// A point in time that cannot be read.
    TimeTimestamp = "time.timestamp", Error,
        en "`{value}` is not a point in time. Write it with its offset, as 2027-11-26T08:00:00Z, in the years 1 to 9999.",
        zh "`{value}` 不是有效时刻。请连同时区偏移一起写,如 2027-11-26T08:00:00Z,年份 1 至 9999。";
    /// A civil date that cannot be read.
    TimeDay = "time.day", Error,
        en "`{value}` is not a day. Write it as 2027-11-26, in the years 1 to 9999.",
        zh "`{value}` 不是有效日期。请写成 2027-11-26,年份 1 至 9999。";
    /// A span that cannot be read.
    TimeSpan = "time.span", Error,
        en "`{value}` is not a span of time. Write a whole number and a unit: 30m, 16h, 8d, 2w, or elapsed 3ed.",
        zh "`{value}` 不是有效时长。请写整数加单位:30m、16h、8d、2w,或日历时间 3ed。";
    /// A lag that cannot be read.
    TimeLag = "time.lag", Error,
        en "`{value}` is not a lag. Write a span such as 2d, -4h or 3ed, or a share of the predecessor's duration such as 50%.",
        zh "`{value}` 不是有效的延隔。请写时长(2d、-4h、3ed)或前置任务工期的百分比(50%)。";
    /// A working interval that cannot be read.
    TimeShift = "time.shift", Error,
        en "`{value}` is not a shift. Write it as 09:00-18:00, or over midnight as 22:00-06:00; midnight at the end is 24:00.",
        zh "`{value}` 不是有效班次。请写成 09:00-18:00,跨午夜写成 22:00-06:00,当天结束写 24:00。";
    /// A zone that the time-zone database does not list.
    TimeZoneUnknown = "time.zoneUnknown", Error,
        en "`{zone}` is not a zone of the IANA database. Write it as Asia/Shanghai or America/Los_Angeles.",
        zh "`{zone}` 不是 IANA 时区名。请写成 Asia/Shanghai 或 America/Los_Angeles。";
    /// A result outside the years 1 to 9999.
    TimeOutOfRange = "time.outOfRange", Error,
        en "{subject} would leave the years 1 to 9999. Shorten the durations or lags that lead there.",
        zh "{subject} 将超出公元 1 至 9999 年。请缩短相关的工期或延隔。";
    /// A range that ends before it begins.
    TimeRangeReversed = "time.rangeReversed", Error,
        en "The range ends {finish}, before it starts {start}. Swap the two.",
        zh "时间范围的结束 {finish} 早于开始 {start}。请对调。";

    // Calendars.
    /// Two calendars with one id.
    CalendarDuplicateId = "calendar.duplicateId", Error,
        en "The calendar id `{calendar}` is used twice. Give each calendar its own id.",
        zh "日历编号 `{calendar}` 重复。请给每个日历唯一的编号。";
    /// A calendar that nobody defined.
    CalendarUnknown = "calendar.unknown", Error,
        en "There is no calendar `{calendar}` in the directory. Add it there, or name another one.",
        zh "目录中没有日历 `{calendar}`。请先添加,或改用其他日历。";
    /// Calendars that are each other's base.
    CalendarBaseLoop = "calendar.baseLoop", Error,
        en "The calendar `{calendar}` is, through `base`, a layer above itself. Remove one of these bases.",
        zh "日历 `{calendar}` 通过 `base` 又引用了自己。请去掉其中一个 `base`。";
    /// More layers than any organisation has.
    CalendarTooManyLayers = "calendar.tooManyLayers", Error,
        en "The calendar `{calendar}` has more than {limit} layers. Merge some of its bases.",
        zh "日历 `{calendar}` 的层数超过 {limit}。请合并部分上级日历。";
    /// Neither a calendar nor its bases name a zone.
    CalendarNoZone = "calendar.noZone", Error,
        en "Neither the calendar `{calendar}` nor one of its bases names a zone. Add `zone`, as Asia/Shanghai.",
        zh "日历 `{calendar}` 及其上级都没有时区。请添加 `zone`,如 Asia/Shanghai。";
    /// Two shifts of one day share working time.
    CalendarShiftsOverlap = "calendar.shiftsOverlap", Error,
        en "The shifts {first} and {second} overlap. Make them one, or separate them.",
        zh "班次 {first} 与 {second} 重叠。请合并或错开。";
    /// A range that ends before it begins.
    CalendarRangeReversed = "calendar.rangeReversed", Error,
        en "The range ends on {last}, before its first day {first}. Swap the two days.",
        zh "区间的结束日 {last} 早于开始日 {first}。请对调。";
    /// Two entries of one calendar for the same days.
    CalendarRangeTwice = "calendar.rangeTwice", Error,
        en "Two entries of one calendar cover exactly the days {first} to {last}. Keep one of them.",
        zh "同一日历中有两条记录都恰好覆盖 {first} 至 {last}。请保留一条。";
    /// The calendar has no working time where some is needed.
    CalendarNoWorkingTime = "calendar.noWorkingTime", Error,
        en "The calendar `{calendar}` has no working time where work has to be placed. Give its week shifts, or use another calendar.",
        zh "日历 `{calendar}` 在需要安排工作的时段没有任何工作时间。请为其设置班次,或改用其他日历。";

    // People.
    /// Two members with one id.
    MemberDuplicateId = "member.duplicateId", Error,
        en "The member id `{member}` is used twice. Give each member their own id.",
        zh "成员编号 `{member}` 重复。请给每位成员唯一的编号。";
    /// A member who is not in the directory.
    MemberUnknown = "member.unknown", Error,
        en "There is no member `{member}` in the directory. Add the person there, or name another one.",
        zh "目录中没有成员 `{member}`。请先添加,或改用其他成员。";
    /// Somebody who works on a task with none of their time.
    AssignmentUnits = "assignment.units", Error,
        en "`{member}` cannot work with 0 percent of the time. Give a percentage above zero, or leave the assignment out.",
        zh "`{member}` 的投入比例不能为 0%。请填写大于零的百分比,或删除此分配。";
    /// Two roles with one id.
    RoleDuplicateId = "role.duplicateId", Error,
        en "The role id `{role}` is used twice. Give each role its own id.",
        zh "角色编号 `{role}` 重复。请给每个角色唯一的编号。";
    /// A role that is not in the directory.
    RoleUnknown = "role.unknown", Error,
        en "There is no role `{role}` in the directory. Add it there, or name another one.",
        zh "目录中没有角色 `{role}`。请先添加,或改用其他角色。";

    // Access.
    /// Two roles of access with one id.
    AccessDuplicateId = "access.duplicateId", Error,
        en "The id `{access}` is used twice in `accessRoles`. Give each role of access its own id.",
        zh "`accessRoles` 中的编号 `{access}` 重复。请给每个权限角色唯一的编号。";
    /// A role of access that is neither built in nor in the directory.
    AccessUnknown = "access.unknown", Error,
        en "There is no role of access `{access}`. Name one of {known}, or add it to `accessRoles`.",
        zh "没有权限角色 `{access}`。请使用 {known} 之一,或将其加入 `accessRoles`。";
    /// Two grants with one id.
    GrantDuplicateId = "grant.duplicateId", Error,
        en "The grant id `{grant}` is used twice. Give each grant its own id, by which answers name it.",
        zh "授权编号 `{grant}` 重复。请给每条授权唯一的编号,以便答复时指明依据。";
    /// A grant that is given to nobody, or in two ways.
    GrantHolder = "grant.holder", Error,
        en "The grant `{grant}` has to say who gets it, in one way. Name either a `member` or a `role`, and leave the other out.",
        zh "授权 `{grant}` 必须且只能以一种方式说明授予对象。请在 `member` 与 `role` 中只填一个。";
    /// A platform that is written as the tag is.
    GrantPlatform = "grant.platform", Error,
        en "`{platform}` is a tag, not a platform. Leave out `platform:` here; tasks keep it in their tags.",
        zh "`{platform}` 是标签写法,不是平台名。请在此去掉 `platform:`;任务标签中则保留。";
    /// Somebody who may not do what they want to do.
    RightMissing = "right.missing", Error,
        en "`{member}` may not `{right}` here, because no grant of theirs reaches this far. Ask for a grant, or ask one of those who may: {who}.",
        zh "`{member}` 在此处没有 `{right}` 权限,其授权均未覆盖此范围。请申请授权,或请有权者办理:{who}。";

    // Tasks and links.
    /// A project whose working day or week has no minutes, or more than there are.
    ProjectDayLength = "project.dayLength", Error,
        en "`{field}` is {value}; it must lie between 1 and {limit} minutes.",
        zh "`{field}` 为 {value},必须在 1 到 {limit} 分钟之间。";
    /// Two projects of a portfolio with one id.
    ProjectDuplicateId = "project.duplicateId", Error,
        en "The project id `{project}` is used twice. Give each project its own id, or leave one of the two out.",
        zh "项目编号 `{project}` 重复。请给每个项目唯一的编号,或去掉其中一个。";
    /// A project that is not among those given.
    ProjectUnknown = "project.unknown", Error,
        en "There is no project `{project}` among those given. Add it, or correct the id.",
        zh "所给项目中没有 `{project}`。请补上该项目,或更正编号。";
    /// Two tasks with one id.
    TaskDuplicateId = "task.duplicateId", Error,
        en "The task id `{task}` is used twice, first at {first}. Give each task its own id.",
        zh "任务编号 `{task}` 重复,首次出现于 {first}。请给每个任务唯一的编号。";
    /// A question that a task answers which lasts as long as others do.
    TaskIsEffort = "task.isEffort", Error,
        en "`{task}` is a level of effort, which goes along with other tasks. Ask for one of those.",
        zh "`{task}` 是随其他任务持续的支持性工作。请改为查询这些任务。";
    /// A question that only a task with dates of its own answers.
    TaskIsSummary = "task.isSummary", Error,
        en "`{task}` is a summary. Ask for one of the tasks or milestones below it.",
        zh "`{task}` 是摘要任务。请改为查询其下的任务或里程碑。";
    /// No task of this id.
    TaskUnknown = "task.unknown", Error,
        en "There is no task `{task}` in the project. Add it, or correct the id.",
        zh "项目中没有任务 `{task}`。请添加,或更正编号。";
    /// Tasks that are each other's parent.
    TaskParentLoop = "task.parentLoop", Error,
        en "The task `{task}` is, through `parent`, above itself. Move one of these tasks out.",
        zh "任务 `{task}` 通过 `parent` 成了自己的上级。请把其中一个任务移出。";
    /// A duration below zero.
    TaskDurationNegative = "task.durationNegative", Error,
        en "A task cannot take {duration}. To let it overlap its predecessor, give the link a lead (lag {duration}) instead.",
        zh "任务工期不能为 {duration}。若要与前置任务重叠,请在链接上设置负延隔(lag {duration})。";
    /// A span too long to plan with.
    TaskSpanTooLong = "task.spanTooLong", Error,
        en "{span} is longer than the 10,000 years that can be planned. Check the unit.",
        zh "{span} 超过可规划的一万年。请检查单位。";
    /// Three points that are not in order, or not on one clock.
    TaskEstimateOrder = "task.estimateOrder", Error,
        en "The estimate {optimistic} / {likely} / {pessimistic} is not in order. Optimistic, duration and pessimistic must rise, all working or all elapsed.",
        zh "三点估算 {optimistic} / {likely} / {pessimistic} 顺序不对。乐观、最可能、悲观应依次不减,且同为工作时间或同为日历时间。";
    /// A finish before its start.
    TaskDatesReversed = "task.datesReversed", Error,
        en "The finish {finish} lies before the start {start}. Swap or correct them.",
        zh "完成时间 {finish} 早于开始时间 {start}。请对调或更正。";
    /// Progress outside 0 to 100.
    TaskPercent = "task.percent", Error,
        en "`percentComplete` is {value}; it must lie between 0 and 100.",
        zh "`percentComplete` 为 {value},必须在 0 到 100 之间。";
    /// A milestone with a duration.
    TaskMilestoneWork = "task.milestoneWork", Warning,
        en "`{task}` is a milestone and carries no work; its duration {duration} is left out. Remove one of the two.",
        zh "`{task}` 是里程碑,没有工期;已忽略 {duration}。请去掉其中之一。";
    /// A summary with a duration of its own.
    TaskSummaryWork = "task.summaryWork", Warning,
        en "`{task}` has tasks below it and lasts as long as they do; its duration {duration} is left out. Remove it, or make it a task below.",
        zh "`{task}` 有下级任务,工期由下级决定;已忽略 {duration}。请删除,或改为下级任务。";
    /// A task without a duration.
    TaskNoDuration = "task.noDuration", Warning,
        en "`{task}` has no duration and is planned with one day. Estimate it, or make it a milestone.",
        zh "`{task}` 没有工期,暂按一天计划。请估算,或改为里程碑。";
    /// Two links of one kind between the same tasks.
    LinkDuplicate = "link.duplicate", Error,
        en "`{predecessor}` and `{successor}` already have a {kind} link, at {first}. Keep one of the two.",
        zh "`{predecessor}` 与 `{successor}` 之间已有 {kind} 链接(见 {first})。请保留一条。";
    /// Links that close a loop.
    LinkLoop = "link.loop", Error,
        en "These tasks wait for each other: {loop}. The link from `{predecessor}` to `{successor}` was left out; remove one of them.",
        zh "这些任务互相等待:{loop}。已忽略从 `{predecessor}` 到 `{successor}` 的链接;请删除其中一条。";
    /// More loops than are listed one by one.
    LinkMoreLoops = "link.moreLoops", Error,
        en "Loops remain in {count} more groups of tasks; all links inside these groups were left out. Mend the listed loops first, then plan again.",
        zh "另有 {count} 组任务仍存在环路,组内链接均已忽略。请先修复已列出的环路,再重新计划。";

    // Stages, checklists, gates, metrics.
    /// Two stages with one id.
    StageDuplicateId = "stage.duplicateId", Error,
        en "The stage id `{stage}` is used twice. Give each stage its own id.",
        zh "阶段编号 `{stage}` 重复。请给每个阶段唯一的编号。";
    /// No stage of this id.
    StageUnknown = "stage.unknown", Error,
        en "There is no stage `{stage}` in the project. Add it, or correct the id.",
        zh "项目中没有阶段 `{stage}`。请添加,或更正编号。";
    /// Stages that come after each other.
    StageLoop = "stage.loop", Error,
        en "The stage `{stage}` comes, through `after`, after itself, so it can never open. Remove one of these stages from `after`.",
        zh "阶段 `{stage}` 通过 `after` 排在了自己之后,永远无法开启。请从 `after` 中去掉其中一个阶段。";
    /// Stages and tasks that wait for each other.
    StageDeadlock = "stage.deadlock", Error,
        en "These wait for each other: {loop}. The stage `{stage}` can never open or close; move one of the tasks to another stage, or remove a link.",
        zh "以下事项互相等待:{loop}。阶段 `{stage}` 永远无法开启或关闭;请把其中一个任务移到其他阶段,或删除一条链接。";
    /// Two checklist items with one id.
    ItemDuplicateId = "item.duplicateId", Error,
        en "The checklist item id `{item}` is used twice. Give each item its own id; one item may stand in many gates.",
        zh "检查项编号 `{item}` 重复。请给每个检查项唯一的编号;同一检查项可用于多个关口。";
    /// No checklist item of this id.
    ItemUnknown = "item.unknown", Error,
        en "There is no checklist item `{item}` in the project. Add it to `checklist`, or correct the id.",
        zh "项目中没有检查项 `{item}`。请添加到 `checklist`,或更正编号。";
    /// Two gates with one id.
    GateDuplicateId = "gate.duplicateId", Error,
        en "The gate id `{gate}` is used twice. Give each gate its own id.",
        zh "关口编号 `{gate}` 重复。请给每个关口唯一的编号。";
    /// Two metrics with one id.
    MetricDuplicateId = "metric.duplicateId", Error,
        en "The metric id `{metric}` is used twice. Give each metric its own id.",
        zh "指标编号 `{metric}` 重复。请给每个指标唯一的编号。";
    /// No metric of this id.
    MetricUnknown = "metric.unknown", Error,
        en "There is no metric `{metric}` in the project. Add it to `metrics`, or correct the id.",
        zh "项目中没有指标 `{metric}`。请添加到 `metrics`,或更正编号。";
    /// Evidence that no item asks for.
    EvidenceKind = "evidence.kind", Warning,
        en "`{evidence}` is a `{found}`, and `{item}` asks for {needs}. It does not count; hand in what is asked for, or correct its kind.",
        zh "`{evidence}` 的类型是 `{found}`,而 `{item}` 需要 {needs},因此不予计入。请提交所需证据,或更正类型。";
    /// Evidence that ends before it begins.
    EvidenceValidity = "evidence.validity", Warning,
        en "`{evidence}` of `{item}` holds until {last}, before it is issued on {first}. It does not count; correct the two days.",
        zh "`{item}` 的证据 `{evidence}` 有效期至 {last},早于签发日 {first},不予计入。请更正日期。";
    /// A digest that is no SHA-256.
    EvidenceDigest = "evidence.digest", Warning,
        en "The digest of `{evidence}` in `{item}` is not a SHA-256 in 64 hexadecimal digits. It does not count; compute it again from the file.",
        zh "`{item}` 中证据 `{evidence}` 的摘要不是 64 位十六进制的 SHA-256,不予计入。请由文件重新计算。";
    /// Evidence that will have expired when it is needed.
    EvidenceTooShort = "evidence.tooShort", Warning,
        en "`{item}` is shown only until {last}, and `{task}` is planned to need it at {at}. Renew it before, or bring the task forward.",
        zh "`{item}` 的证据仅有效至 {last},而 `{task}` 计划在 {at} 需要它。请提前续期,或提前该任务。";
    /// A gate that waits for something behind itself.
    GateDeadlock = "gate.deadlock", Error,
        en "These wait for each other: {loop}. As planned, `{gate}` can never clear; let another task bring `{item}`, or take the gate off `{task}`.",
        zh "以下事项互相等待:{loop}。按此计划,关口 `{gate}` 永远无法通过;请改由其他任务产出 `{item}`,或取消其对 `{task}` 的把关。";
    /// An approval that not enough people can give.
    GateUnreachable = "gate.unreachable", Error,
        en "The approval \"{approval}\" of `{gate}` needs {needed} people, and only {possible} may give it. Name more people, or ask for fewer.",
        zh "关口 `{gate}` 的审批“{approval}”需要 {needed} 人同意,但只有 {possible} 人有资格。请增加审批人,或降低人数要求。";
    /// A task that is planned before its evidence can be there.
    GateTooEarly = "gate.tooEarly", Warning,
        en "`{task}` is planned to pass `{gate}` at {at}, but `{producer}`, which brings `{item}` for it, ends only {finish}. Link the two.",
        zh "`{task}` 计划 {at} 通过关口 `{gate}`,但为其产出 `{item}` 的 `{producer}` 到 {finish} 才完成。请在两者之间加上链接。";

    // What stands in the way.
    /// A task that has not finished yet.
    BlockerNotFinished = "blocker.notFinished", Error,
        en "`{blocker}` is not done. Finish it first.",
        zh "`{blocker}` 尚未完成。请先完成它。";
    /// A task that has not begun yet.
    BlockerNotStarted = "blocker.notStarted", Error,
        en "`{blocker}` has not begun. Start it first.",
        zh "`{blocker}` 尚未开始。请先启动它。";
    /// A waiting time that still runs.
    BlockerLag = "blocker.lag", Error,
        en "The waiting time of {lag} that `{blocker}` has set going is not over before {until}. Wait until then.",
        zh "`{blocker}` 之后的 {lag} 等待期到 {until} 才结束。请等到那时。";
    /// A waiting time of which nobody knows when it began.
    BlockerNoDate = "blocker.noDate", Error,
        en "The waiting time of {lag} that `{blocker}` has set going cannot be counted: it was reported without a date. Report when it really happened.",
        zh "`{blocker}` 的实际时间没有登记,无法计算之后的 {lag} 等待期。请补报实际时间。";
    /// A task that will not be done.
    BlockerCancelled = "blocker.cancelled", Error,
        en "`{blocker}` was cancelled, and still blocks. Have the link waived or removed, or take the task up again.",
        zh "`{blocker}` 已取消,但仍然阻塞。请申请豁免或解除该链接,或恢复该任务。";
    /// A task that is not there any more.
    BlockerMissing = "blocker.missing", Error,
        en "`{blocker}` is no longer in the project, and still blocks. Have the link waived or removed, or bring the task back.",
        zh "`{blocker}` 已不在项目中,但仍然阻塞。请申请豁免或解除该链接,或恢复该任务。";
    /// A summary above the task that is held itself.
    SummaryBlocked = "summary.blocked", Error,
        en "`{summary}`, to which it belongs, may not begin or be completed. See what blocks it.",
        zh "其所属的 `{summary}` 不能开始或完成。请查看它的阻塞原因。";
    /// A stage that is not open.
    StageNotOpen = "stage.notOpen", Error,
        en "The stage `{stage}` is not open. Clear what it waits for and open it.",
        zh "阶段 `{stage}` 尚未开启。请先满足其进入条件并开启。";
    /// A stage that has been closed.
    StageClosed = "stage.closed", Error,
        en "The stage `{stage}` is closed. Open it again if there is more to do.",
        zh "阶段 `{stage}` 已关闭。如仍有工作,请重新开启。";
    /// A stage before this one that is not closed.
    StageEarlier = "stage.earlier", Error,
        en "The stage `{stage}` comes first and is not closed. Close it.",
        zh "前序阶段 `{stage}` 尚未关闭。请先关闭它。";
    /// A task that still has to be done.
    TaskOpen = "task.open", Error,
        en "`{task}` is not done. Finish or cancel it.",
        zh "`{task}` 尚未完成。请完成或取消它。";
    /// Something that has begun already.
    TaskBegun = "task.begun", Error,
        en "`{task}` has begun already. Report its progress instead.",
        zh "`{task}` 已经开始。请改为汇报进度。";
    /// Something that is done already.
    TaskDone = "task.done", Error,
        en "`{task}` is done already. Nothing is left to do.",
        zh "`{task}` 已经完成,无需再操作。";
    /// Something that will not be done.
    TaskCancelled = "task.cancelled", Error,
        en "`{task}` was cancelled. Take it up again first.",
        zh "`{task}` 已取消。请先恢复它。";
    /// A gate in which something is missing.
    GateOpen = "gate.open", Error,
        en "The gate `{gate}` is not clear; open points: {count}. Close each of them.",
        zh "关口 `{gate}` 尚未通过,还有 {count} 项未满足。请逐项处理。";
    /// Evidence that is missing.
    GateItemOpen = "gate.itemOpen", Error,
        en "`{item}` lacks a `{evidence}`. Hand it in.",
        zh "`{item}` 缺少 `{evidence}`。请提交。";
    /// Evidence that is missing and may be done without.
    GateItemSoft = "gate.itemSoft", Error,
        en "`{item}` lacks a `{evidence}`. Hand it in, or let the owner of the gate pass the item.",
        zh "`{item}` 缺少 `{evidence}`。请提交,或由关口负责人放行。";
    /// Evidence that does not hold any more.
    GateItemExpired = "gate.itemExpired", Error,
        en "The `{evidence}` of `{item}` has expired; it held until {last}. Renew it.",
        zh "`{item}` 的 `{evidence}` 已过期(有效至 {last})。请续期。";
    /// Evidence that does not hold yet.
    GateItemEarly = "gate.itemEarly", Error,
        en "The `{evidence}` of `{item}` holds only from {first}. Wait until then, or hand in another one.",
        zh "`{item}` 的 `{evidence}` 自 {first} 起才有效。请等到那时,或提交其他证据。";
    /// Nobody has vouched for it.
    GateItemUnticked = "gate.itemUnticked", Error,
        en "Nobody has ticked `{item}`. Check it, and tick it.",
        zh "检查项 `{item}` 尚未勾选。请核对后勾选。";
    /// Not enough people have agreed yet.
    GateApprovalOpen = "gate.approvalOpen", Error,
        en "\"{approval}\" has {given} of {needed} approvals. Ask {members} to decide.",
        zh "审批“{approval}”已有 {given} 人同意,需要 {needed} 人。请 {members} 审批。";
    /// So many have refused that the rest is not enough.
    GateApprovalRefused = "gate.approvalRefused", Error,
        en "\"{approval}\" was refused by {members}. Settle what they object to, and ask again.",
        zh "审批“{approval}”被 {members} 拒绝。请解决其异议后重新提交。";
    /// A figure that nobody has measured.
    GateMetricMissing = "gate.metricMissing", Error,
        en "`{metric}` has no readings to go by. Feed some.",
        zh "指标 `{metric}` 没有可用数据。请录入。";
    /// A figure that is too old.
    GateMetricStale = "gate.metricStale", Error,
        en "The latest reading of `{metric}` is of {latest}, more than {hours} hours old. Feed a new one.",
        zh "指标 `{metric}` 的最新数据为 {latest},已超过 {hours} 小时。请录入新数据。";
    /// A figure on the wrong side of its bound.
    GateMetricShort = "gate.metricShort", Error,
        en "`{metric}` is {value} and has to be {side} {bound}. Work on it, or have the gate waived.",
        zh "指标 `{metric}` 为 {value},要求 {side} {bound}。请改善指标,或申请豁免。";

    // Findings in a plan.
    /// A date that a constraint demands and the links do not allow.
    ConstraintConflict = "constraint.conflict", Error,
        en "`{task}` cannot keep {constraint} {at}: {short} are missing. Shorten what leads to it, or move the date.",
        zh "`{task}` 无法满足 {constraint} {at}:还差 {short}。请压缩相关任务,或调整日期。";
    /// A constraint that has no meaning on a summary.
    ConstraintOnSummary = "constraint.onSummary", Warning,
        en "`{task}` is a summary; its constraint {constraint} was left out. Put it on a task below: a summary takes only startNoEarlierThan and finishNoLaterThan.",
        zh "`{task}` 是摘要任务,已忽略约束 {constraint}。请放到下级任务:摘要任务只接受 startNoEarlierThan 和 finishNoLaterThan。";
    /// A deadline that the plan does not meet.
    DeadlineMissed = "deadline.missed", Error,
        en "`{task}` ends {finish}, {late} after its deadline {deadline}. See its chain with `explain`.",
        zh "`{task}` 完成于 {finish},比截止时间 {deadline} 晚 {late}。可用 `explain` 查看原因。";
    /// A wished-for date that the plan does not meet.
    DeadlineSoftMissed = "deadline.softMissed", Warning,
        en "`{task}` ends {finish}, {late} after the date {deadline} that was wished for. See its chain with `explain`.",
        zh "`{task}` 完成于 {finish},比期望时间 {deadline} 晚 {late}。可用 `explain` 查看原因。";
    /// The project ends after the moment by which it has to be done.
    PlanFinishMissed = "plan.finishMissed", Error,
        en "The project ends {finish}, {late} after it has to be done. `{task}` ends last; see its chain with `explain`.",
        zh "项目完成于 {finish},比要求晚 {late}。最后完成的是 `{task}`,可用 `explain` 查看原因。";
    /// Drag asks what an earlier finish costs.
    PlanFromFinish = "plan.fromFinish", Error,
        en "This project is counted back from its finish, which no shorter task moves. Give it a start as anchor to ask for drag.",
        zh "该项目由完成日期倒排,缩短任务不会提前完成。如需查询拖延量,请将锚点改为开始日期。";
    /// The plan must have begun before the moment it is made for.
    PlanTooLate = "plan.tooLate", Error,
        en "`{task}` should have started by {lateStart}, {late} of working time ago. Shorten its chain, or move the date that it leads to.",
        zh "`{task}` 最迟应于 {lateStart} 开始,已晚 {late} 工作时间。请缩短其后续链,或调整目标日期。";
    /// A workload of more figures than anybody reads.
    WorkloadTooMany = "workload.tooMany", Error,
        en "This asks for {count} figures; one answer holds {limit}. Ask for a shorter range, for longer periods, or for fewer projects at a time.",
        zh "此次查询涉及 {count} 个数据,一次最多 {limit} 个。请缩短时间范围、改用更长的统计周期,或分批查询项目。";
    /// More work than somebody can do in the time.
    WorkloadOver = "workload.over", Warning,
        en "`{member}` has {load} of work from {start} to {finish} and time for {capacity}: {excess} too much, in {count} tasks. `{task}` has the most slack ({slack}): let it wait, or ask `candidates` who else could take one.",
        zh "`{member}` 在 {start} 至 {finish} 期间有 {load} 的工作,可用时间 {capacity},超出 {excess},涉及 {count} 个任务。`{task}` 时差最大({slack}),可先推迟;也可用 `candidates` 查询谁能接手。";
    /// More tasks of one kind at once than the directory allows.
    WorkloadCrowd = "workload.crowd", Warning,
        en "`{member}` has up to {peak} tasks `{tag}` in hand at once from {start} to {finish}; the limit is {most}. Start some of them later, or ask `candidates` who else could take one.",
        zh "`{member}` 在 {start} 至 {finish} 期间最多同时承担 {peak} 个 `{tag}` 任务,上限为 {most}。请错开部分任务,或用 `candidates` 查询谁能接手。";
    /// Work on a day off.
    WorkloadDayOff = "workload.dayOff", Warning,
        en "`{member}` is planned with {load} of work on {day}, a day off. Move the work, or agree on the day and enter it in their calendar.",
        zh "`{member}` 在休息日 {day} 安排了 {load} 的工作。请改期;如已商定加班,请在其日历中登记为工作日。";
    /// Somebody who has not the role of a task.
    CandidateRole = "candidate.role", Info,
        en "`{member}` does not have the role `{role}`.",
        zh "`{member}` 不具备角色 `{role}`。";
    /// Somebody who cannot do what a task asks for.
    CandidateSkill = "candidate.skill", Info,
        en "`{member}` does not have the skill `{skill}`.",
        zh "`{member}` 不具备技能 `{skill}`。";
    /// Somebody who does not work while the task runs.
    CandidateAway = "candidate.away", Info,
        en "`{member}` does not work at all in that time. Ask again if the task moves.",
        zh "`{member}` 在此期间不工作。任务改期后可再查询。";
    /// Somebody who has too little time while the task runs.
    CandidateTime = "candidate.time", Info,
        en "`{member}` has {free} left in that time; the task needs {needed}.",
        zh "`{member}` 在此期间仅余 {free},任务需要 {needed}。";
    /// Somebody who has other work while the task runs.
    CandidateBusy = "candidate.busy", Info,
        en "`{member}` works on other tasks then: {count}. Their time is free if one of those can wait.",
        zh "`{member}` 届时还有 {count} 个任务;若其中有可推迟的,即可腾出时间。";
    /// Work in weeks that nobody has published yet.
    CalendarBeyondKnown = "calendar.beyondKnown", Warning,
        en "The calendar `{calendar}` is known until {until}; tasks that rely on later weeks, planned as ordinary ones: {count}. Add the holidays when they are published.",
        zh "日历 `{calendar}` 仅确定到 {until};有 {count} 个任务落在之后,按普通周计划。节假日公布后请补充。";
    /// Work across days off that are projected, not announced.
    CalendarProjected = "calendar.projected", Info,
        en "The calendar `{calendar}` has days off that are projected, not announced, from {first} on; tasks that cross them: {count}. Check them when the official notice comes.",
        zh "有 {count} 个任务跨越日历 `{calendar}` 自 {first} 起的推算假期。官方通知发布后请核对。";

    // Gaps in a project.
    /// Tasks for which nobody is accountable.
    TaskNoOwner = "task.noOwner", Warning,
        en "Tasks without an owner: {count}. Name one accountable person for each.",
        zh "有 {count} 个任务没有负责人。请为每个任务指定一位负责人。";
    /// Tasks without a date by which they have to be done.
    TaskNoDeadline = "task.noDeadline", Info,
        en "Tasks without a deadline, of their own or of a summary above them: {count}. Set one where a date has to be kept.",
        zh "有 {count} 个任务自身及其上级都没有截止时间。请为需要按期完成的任务设置。";
    /// Tasks that nothing waits for and that wait for nothing.
    TaskUnlinked = "task.unlinked", Warning,
        en "Tasks without any link: {count}. Nothing moves when they slip; say what they wait for and what waits for them.",
        zh "有 {count} 个任务没有任何链接,延期时不会影响其他任务。请补充前置与后续任务。";
    /// Tasks whose start nothing holds.
    TaskOpenStart = "task.openStart", Warning,
        en "Tasks of which links hold only the finish: {count}. They could start any time; link their starts as well.",
        zh "有 {count} 个任务只有完成受链接约束,可随时开始。请同时约束其开始。";
    /// Tasks whose finish holds nothing.
    TaskOpenFinish = "task.openFinish", Warning,
        en "Tasks whose finish nothing waits for, only their start: {count}. They could last for ever; link their finishes as well.",
        zh "有 {count} 个任务只有开始被后续依赖,完成无人等待。请同时链接其完成。";
    /// Evidence that nobody's work brings.
    GateNoProducer = "gate.noProducer", Warning,
        en "No task brings `{evidence}` for `{item}`, which `{gate}` asks for. Name its `producer`, or add a task.",
        zh "关口 `{gate}` 要求的 `{item}` 需要 `{evidence}`,但没有任务产出。请指定 `producer` 或新增任务。";
    /// A gate that stands in nobody's way.
    GateGuardsNothing = "gate.guardsNothing", Warning,
        en "The gate `{gate}` guards nothing. Say in `guards` what must not happen before it clears.",
        zh "关口 `{gate}` 没有把守任何事项。请在 `guards` 中说明其未通过前不得进行的事。";
    /// A metric that was never measured.
    MetricNoReadings = "metric.noReadings", Warning,
        en "`{gate}` asks for `{metric}`, which has no readings yet. Feed it in time.",
        zh "关口 `{gate}` 要求指标 `{metric}`,但尚无数据。请及时录入。";
    /// Somebody who works and has no calendar.
    MemberNoCalendar = "member.noCalendar", Warning,
        en "`{member}` has no calendar and is planned on that of the project. Give them their own.",
        zh "`{member}` 没有日历,暂按项目日历计划。请为其设置日历。";
    /// Somebody who has only their own tasks, let into every project.
    GrantBroad = "grant.broad", Warning,
        en "The grant `{grant}` lets `{holder}` into every project, present and to come, although as `{access}` they only have their own tasks. List its `projects`.",
        zh "授权 `{grant}` 使 `{holder}` 以 `{access}` 进入现有及今后的所有项目,而其只需访问自己的任务。请在 `projects` 中列明项目。";
    /// Strong rights in all projects for everybody with a role at work.
    GrantStrong = "grant.strong", Warning,
        en "The grant `{grant}` gives everybody with the role `{holder}` in all projects: {rights}. Give that to single members, or in listed `projects`.",
        zh "授权 `{grant}` 使所有担任角色 `{holder}` 的成员在全部项目中拥有:{rights}。请改为授予个别成员,或在 `projects` 中限定项目。";
    /// A grant to which another one already gives everything.
    GrantSuperfluous = "grant.superfluous", Info,
        en "The grant `{grant}` gives `{holder}` nothing that `{other}` does not. Remove it, or narrow `{other}` if that was meant.",
        zh "授权 `{grant}` 给 `{holder}` 的权限已全部包含在 `{other}` 中。请删除它;若本意是限制权限,请收窄 `{other}`。";

    // Commands and the log.
    /// A context without a key, or with one that is too long.
    ContextKey = "context.key", Error,
        en "A command needs a key of 1 to {limit} bytes, which is used for no other command. Make one, such as a UUID.",
        zh "命令需要 1 至 {limit} 字节、不与其他命令共用的键。请生成一个,例如 UUID。";
    /// A context whose salt is too short.
    ContextSalt = "context.salt", Error,
        en "The salt needs at least {least} characters of chance, drawn anew for each command. Draw it from the system's random source.",
        zh "盐值至少需要 {least} 个随机字符,且每条命令重新生成。请使用系统随机源。";
    /// A key that another command was sent under.
    KeyReused = "key.reused", Error,
        en "Another command was carried out under the key `{key}`, as event {number}. Send this one under a new key.",
        zh "键 `{key}` 已用于另一条命令(事件 {number})。请换一个新键发送。";
    /// A command larger than any needs to be.
    CommandTooLarge = "command.tooLarge", Error,
        en "The command has {bytes} bytes; {limit} are allowed. Split it, or keep files with the host and attach their digests.",
        zh "命令大小为 {bytes} 字节,上限 {limit}。请拆分,或将文件交由宿主保存、只附其摘要。";
    /// A kind of command that nobody knows.
    CommandUnknown = "command.unknown", Error,
        en "There is no command `{command}`. The commands are: {known}.",
        zh "没有命令 `{command}`。可用命令:{known}。";
    /// A text that says nothing.
    TextBlank = "text.blank", Error,
        en "`{field}` is empty. Write what there is to say.",
        zh "`{field}` 为空。请填写内容。";
    /// A text that is too long.
    TextTooLong = "text.tooLong", Error,
        en "`{field}` has {bytes} bytes; {limit} are allowed. Shorten it, or attach it as a file.",
        zh "`{field}` 长 {bytes} 字节,上限 {limit}。请缩短,或作为附件提交。";
    /// A record that is not there.
    RecordUnknown = "record.unknown", Error,
        en "There is no {kind} `{id}` in the project. Correct the id, or add it first.",
        zh "项目中没有 {kind} `{id}`。请更正编号,或先添加。";
    /// A record that was removed.
    RecordRemoved = "record.removed", Error,
        en "The {kind} `{id}` was removed. Restore it, or use another id.",
        zh "{kind} `{id}` 已被删除。请恢复它,或使用其他编号。";
    /// A record that is there already.
    RecordTwice = "record.twice", Error,
        en "There is a {kind} `{id}` already. Change that one, or use another id.",
        zh "{kind} `{id}` 已存在。请修改它,或使用其他编号。";
    /// A record to be restored that was not removed.
    RecordNotRemoved = "record.notRemoved", Error,
        en "The {kind} `{id}` was not removed, or is back already. Nothing is to be restored.",
        zh "{kind} `{id}` 未被删除或已恢复,无需恢复。";
    /// A record that others name.
    RecordInUse = "record.inUse", Error,
        en "The {kind} `{id}` is named by the {byKind} `{by}`. Change that one first.",
        zh "{kind} `{id}` 仍被 {byKind} `{by}` 引用。请先修改后者。";
    /// A removed record that does not fit any more.
    RestoreOvertaken = "restore.overtaken", Error,
        en "The {kind} `{id}` cannot come back as it was: the {byKind} `{by}` has changed or is gone. Mend that first, or add it anew.",
        zh "{kind} `{id}` 无法原样恢复:{byKind} `{by}` 已变更或不存在。请先处理后者,或重新添加。";
    /// A field that has commands of its own.
    FieldProtected = "field.protected", Error,
        en "`{field}` of a {kind} is not changed this way. Use {instead}.",
        zh "{kind} 的 `{field}` 不能这样修改。请使用 {instead}。";
    /// Somebody is accountable already.
    OwnerTaken = "owner.taken", Error,
        en "The owner of `{task}` is now: {owner}. A task has one; name whom you replace in `replaces`.",
        zh "`{task}` 当前负责人为:{owner}。每个任务只有一位负责人,请在 `replaces` 中写明被替换者。";
    /// A link that would close a ring.
    LinkWouldLoop = "link.wouldLoop", Error,
        en "With this link tasks would wait for each other: {loop}. Leave it out, or remove one of these links first.",
        zh "加入此链接后任务会互相等待:{loop}。请不要添加,或先删除其中一条。";
    /// A waiver for what does not block.
    LinkNotBlocking = "link.notBlocking", Error,
        en "The link from `{predecessor}` to `{successor}` blocks nothing; there is nothing to waive.",
        zh "从 `{predecessor}` 到 `{successor}` 的链接并不阻塞,无需豁免。";
    /// A comment of somebody else.
    CommentNotYours = "comment.notYours", Error,
        en "The comment `{comment}` is by {by}, who alone can change it. Answer it instead.",
        zh "评论 `{comment}` 由 {by} 所写,只有本人可以修改。请改为回复。";
    /// A move that the life of a project does not have.
    LifeNoMove = "life.noMove", Error,
        en "A project that is {from} cannot become {to}. From here it can become: {allowed}.",
        zh "项目当前为 {from},不能变为 {to}。可变为:{allowed}。";
    /// A project in which nothing of this kind happens now.
    LifeNotActive = "life.notActive", Error,
        en "The project `{project}` is {life}, and this needs an active one. Take it up first with `setLife`.",
        zh "项目 `{project}` 当前为 {life},此操作需要项目处于 active。请先用 `setLife` 启用。";
    /// A project that closes without a look back.
    RetrospectiveMissing = "retrospective.missing", Warning,
        en "`{project}` closes without a retrospective. Hold one and write down what was learnt; it serves the next launch.",
        zh "`{project}` 未做复盘即结项。请组织复盘并记录经验,供下次上新使用。";
    /// A task that was not called off.
    TaskNotCancelled = "task.notCancelled", Error,
        en "`{task}` is not cancelled itself; perhaps a summary above it is. Reinstate that one.",
        zh "`{task}` 本身并未取消,可能是其上级被取消。请恢复上级。";
    /// A task that nobody has begun.
    TaskNotBegun = "task.notBegun", Error,
        en "`{task}` has not begun. Start it before telling how far it is.",
        zh "`{task}` 尚未开始。请先开始,再填报进度。";
    /// Progress that would be completion.
    ProgressWhole = "progress.whole", Error,
        en "Progress runs from 0 to 99, not to {value}. Complete the task with `completeTask`.",
        zh "进度范围为 0 到 99,不能为 {value}。请用 `completeTask` 完成任务。";
    /// An entity that no task names.
    EntityUnknown = "entity.unknown", Error,
        en "No task names `{entity}`. Write it into `entities` of the tasks that depend on it.",
        zh "没有任务引用 `{entity}`。请将其写入相关任务的 `entities`。";
    /// A stage that is open already.
    StageIsOpen = "stage.isOpen", Error,
        en "The stage `{stage}` is open already.",
        zh "阶段 `{stage}` 已经打开。";
    /// A stage that is closed already.
    StageIsClosed = "stage.isClosed", Error,
        en "The stage `{stage}` is closed already.",
        zh "阶段 `{stage}` 已经关闭。";
    /// A fact of the future.
    FactFuture = "fact.future", Error,
        en "It is {now}, and {at} is later: that has not happened yet. Correct the date, or report it then.",
        zh "现在是 {now},而 {at} 尚未到来。请更正时间,或届时再报告。";
    /// Evidence that the item does not ask for.
    EvidenceNotAsked = "evidence.notAsked", Error,
        en "`{item}` asks for {needs}, not for `{found}`. Hand in what is asked for, or name its kind as there.",
        zh "`{item}` 需要 {needs},而不是 `{found}`。请提交所需证据,或按要求填写类型。";
    /// A tick where evidence is asked for.
    ItemNeedsEvidence = "item.needsEvidence", Error,
        en "A tick is not enough for `{item}`. Hand in {needs}.",
        zh "`{item}` 仅勾选不够。请提交 {needs}。";
    /// An item that is ticked already.
    ItemTicked = "item.ticked", Error,
        en "`{by}` has ticked `{item}` already.",
        zh "`{item}` 已由 `{by}` 勾选。";
    /// An item that nobody has ticked.
    ItemNotTicked = "item.notTicked", Error,
        en "Nobody has ticked `{item}`; there is nothing to take back.",
        zh "`{item}` 尚未勾选,无可撤回。";
    /// An approval that a gate does not have.
    ApprovalUnknown = "approval.unknown", Error,
        en "The gate `{gate}` has no approval `{approval}`. It has: {known}.",
        zh "关口 `{gate}` 没有审批项 `{approval}`。现有:{known}。";
    /// An approval in which somebody has no say.
    ApprovalNotYours = "approval.notYours", Error,
        en "`{member}` does not decide `{approval}` of `{gate}`: not named there, or it is their own work. Ask one of: {who}.",
        zh "`{member}` 无权决定 `{gate}` 的 `{approval}`:未被指定,或涉及本人工作。请找:{who}。";
    /// A waiver without a reason.
    WaiverNoReason = "waiver.noReason", Error,
        en "Whoever goes on without something says why. Write the reason.",
        zh "豁免必须说明理由。请填写理由。";
    /// A waiver to be taken back that is not there.
    WaiverNone = "waiver.none", Error,
        en "Nothing is waived of `{subject}`; there is nothing to take back.",
        zh "`{subject}` 没有豁免,无可撤回。";
    /// A digest that is none.
    AttachmentDigest = "attachment.digest", Error,
        en "`{digest}` is not a SHA-256 in 64 small hexadecimal digits. Compute it from the file.",
        zh "`{digest}` 不是 64 位小写十六进制的 SHA-256。请由文件计算。";
    /// A file that is there already.
    AttachmentKnown = "attachment.known", Error,
        en "This file is there already, as `{name}` ({id}). Nothing has to be done.",
        zh "该文件已存在:`{name}`({id}),无需再次提交。";
    /// A command that waits no more.
    HeldEnded = "held.ended", Error,
        en "`{held}` does not wait any more: it was decided or taken back. Send the command again if it is still wanted.",
        zh "`{held}` 已不在等待:已有决定或已撤回。如仍需要,请重新发送命令。";
    /// A command that has waited too long.
    HeldExpired = "held.expired", Error,
        en "`{held}` could be approved until {expired}. Send the command again.",
        zh "`{held}` 的审批期限为 {expired},已过期。请重新发送命令。";
    /// Nobody approves their own command.
    HeldOwn = "held.own", Error,
        en "Nobody decides about a command of their own, such as `{held}`. Ask somebody else.",
        zh "不能审批自己提交的命令(`{held}`)。请找其他人审批。";
    /// A command that somebody else sent.
    HeldNotYours = "held.notYours", Error,
        en "`{held}` was sent by {by}, who alone can take it back. Decline it instead.",
        zh "`{held}` 由 {by} 提交,只有本人可以撤回。请改为拒绝。";
    /// A command that was approved and cannot be carried out any more.
    HeldOvertaken = "held.overtaken", Warning,
        en "`{held}` was approved, but cannot be carried out any more: {why} Send it again as things are now.",
        zh "`{held}` 已获批准,但已无法执行:{why}请按现状重新提交。";
    /// A log without events.
    LogEmpty = "log.empty", Error,
        en "The log has no events. Begin it with `begin`.",
        zh "日志中没有事件。请先用 `begin` 建立。";
    /// A log that was begun before.
    LogBegun = "log.begun", Error,
        en "The log of `{project}` has begun already. Send commands that change it, or begin another log.",
        zh "`{project}` 的日志已经建立。请发送修改命令,或另建日志。";
    /// An event that does not come next.
    LogOrder = "log.order", Error,
        en "Here event {found} stands where event {expected} should: events are missing, stand twice or were put in another order. Fetch the log again from where it is kept.",
        zh "此处应为事件 {expected},却是事件 {found}:事件缺失、重复或次序被改。请从保存处重新获取日志。";
    /// A change that does not fit the records.
    LogMisfit = "log.misfit", Error,
        en "What the log says of the {kind} `{id}` does not fit what was there before. Fetch the log again from where it is kept.",
        zh "日志中关于 {kind} `{id}` 的记录与之前的内容不符。请从保存处重新获取日志。";
    /// An event that is not as it was written.
    LogAltered = "log.altered", Error,
        en "Event {number} is not as it was written, or one before it is not. Compare with a copy that was kept elsewhere.",
        zh "事件 {number} 或其之前的事件与写入时不符。请与另存的副本比对。";
    /// A log that does not end as it should.
    LogTruncated = "log.truncated", Error,
        en "The log ends with {found}, and {head} was kept: events are missing at its end, or it is another log. Fetch it again.",
        zh "日志末尾为 {found},而留存的是 {head}:末尾事件缺失,或不是同一日志。请重新获取。";
    /// A clock that runs backwards.
    LogClock = "log.clock", Error,
        en "It is said to be {now}, but the last event is of {last}. Set the clock right.",
        zh "给出的时间为 {now},但最后一个事件发生在 {last}。请校准时钟。";

    // Undo and rebase.
    /// Nothing that could be undone.
    UndoNothing = "undo.nothing", Error,
        en "`{member}` has nothing to undo: all that they did in this project is taken back, or they did nothing.",
        zh "`{member}` 没有可撤销的操作:在本项目中尚无操作,或均已撤销。";
    /// Nothing that could be redone.
    UndoNoRedo = "undo.noRedo", Error,
        en "`{member}` has nothing to redo: nothing was undone, or they have gone on since. Do it anew.",
        zh "`{member}` 没有可重做的操作:未撤销过,或撤销后又有新操作。请重新执行。";
    /// What is taken back by a command of its own.
    UndoOtherWay = "undo.otherWay", Error,
        en "Event {number} (`{command}`) was the last thing you did, and is not undone: others may rely on it. Take it back with {instead}.",
        zh "您最近的操作是事件 {number}(`{command}`),他人可能已据此行事,不能直接撤销。请改用 {instead} 收回。";
    /// Somebody else has changed the same since.
    UndoOvertaken = "undo.overtaken", Error,
        en "Event {number} cannot be taken back: `{by}` has changed the {kind} `{id}` since, by event {later} (`{command}`). Speak with them, or change it by hand.",
        zh "事件 {number} 无法撤销:`{by}` 之后已通过事件 {later}(`{command}`)修改了 {kind} `{id}`。请与其沟通,或手动修改。";
    /// Somebody else has built on what would go.
    UndoInUse = "undo.inUse", Error,
        en "Event {number} cannot be taken back: the {byKind} `{user}` names the {kind} `{id}`, which would go, since event {later} by `{by}`. Speak with them first.",
        zh "事件 {number} 无法撤销:`{by}` 的事件 {later} 之后,{byKind} `{user}` 引用了将被移除的 {kind} `{id}`。请先与其沟通。";
    /// Taking back makes no sense any more.
    UndoNoSense = "undo.noSense", Error,
        en "Event {number} cannot be taken back as things are now: {why}",
        zh "按现状无法撤销事件 {number}:{why}";
    /// What would have to be approved, and no command stands for it.
    UndoSensitive = "undo.sensitive", Error,
        en "`{command}` needs approval by others here, and so does taking event {number} back. Ask somebody who plans to correct it.",
        zh "此处 `{command}` 须经他人审批,撤销事件 {number} 亦然。请联系计划负责人更正。";
    /// An offline copy that is not of this log.
    RebaseBase = "rebase.base", Error,
        en "Commands cannot rest on event {base}: the log has events 1 to {last}. Send the number of the last event that was known when they were made.",
        zh "命令不能以事件 {base} 为基础:日志只有事件 1 至 {last}。请填写产生命令时已知的最后一个事件编号。";
    /// Somebody has changed the same while a command waited to be sent.
    RebaseOverlap = "rebase.overlap", Error,
        en "While `{command}` was not sent yet, others changed the same: event {events}. Look at how it is now, and send it under a new key if it is still wanted.",
        zh "`{command}` 尚未发送期间,他人已修改同一内容:事件 {events}。请查看现状,如仍需要请用新键重新发送。";
    // Automation.
    /// Rules that set each other off.
    AutomationLoop = "automation.loop", Error,
        en "These rules could set each other off without end: {loop}. Narrow the trigger of one of them to a task or a field that the others leave alone, or take one out.",
        zh "以下规则可能无休止地互相触发:{loop}。请将其中一条的触发条件限定到其他规则不涉及的任务或字段,或删除一条。";
    /// Two rules with one id.
    AutomationDuplicateId = "automation.duplicateId", Error,
        en "The rule id `{rule}` is used twice. Give each rule its own id.",
        zh "规则编号 `{rule}` 重复。请给每条规则唯一的编号。";
    /// More rules, or a longer one, than a project may have.
    AutomationTooMany = "automation.tooMany", Error,
        en "These are {count} {what}; {limit} are allowed. Put several into one, or remove what nobody uses.",
        zh "{what} 共 {count} 个,上限为 {limit}。请合并,或删除不用的。";
    /// A rule that does nothing.
    AutomationNoAction = "automation.noAction", Error,
        en "`{rule}` does nothing. Give it an action, or take it out.",
        zh "规则 `{rule}` 没有任何动作。请添加动作,或删除该规则。";
    /// A rule that speaks of the task of an event that has none.
    AutomationNoTask = "automation.noTask", Error,
        en "What sets `{rule}` off is about no task. Name here the task that is meant, or choose a trigger that is about tasks.",
        zh "规则 `{rule}` 的触发事件不涉及任务。请在此指明任务,或改用任务类触发条件。";
    /// A run that had to be stopped.
    AutomationSteps = "automation.steps", Error,
        en "The event set off more than {limit} steps; from `{rule}` on nothing was done. Narrow the triggers, and do the rest by hand.",
        zh "该事件触发的步骤超过 {limit} 个,从规则 `{rule}` 起未再执行。请收窄触发条件,其余部分手动完成。";

    // Packs.
    /// Something that a pack or a wish names, and no pack has.
    PackUnknown = "pack.unknown", Error,
        en "No pack has a {kind} `{id}`. Known are, among others: {known}.",
        zh "没有任何资料包包含 {kind} `{id}`。已有的例如:{known}。";
    /// Two records of one kind with the same id.
    PackDuplicate = "pack.duplicate", Error,
        en "There is a {kind} `{id}` already, at {first}. Give this one another id, or remove one of them.",
        zh "{kind} `{id}` 已存在于 {first}。请改用其他 id,或删除其中之一。";
    /// A value that an attribute cannot have.
    PackValue = "pack.value", Error,
        en "`{attribute}` cannot be `{value}`. It can be: {allowed}.",
        zh "`{attribute}` 不能是 `{value}`。可取值:{allowed}。";
    /// Two answers to one question.
    PackContradiction = "pack.contradiction", Error,
        en "`{attribute}` is said to be `{one}` and `{other}`. Say one of them.",
        zh "`{attribute}` 同时被填为 `{one}` 和 `{other}`。请只保留一个。";
    /// A clause without a test, which could never hold.
    PackEmptyClause = "pack.emptyClause", Error,
        en "This clause has no test, so that it could never hold. Write a test, or remove the clause.",
        zh "该条件没有任何判断项,永远不会成立。请填写判断项,或删除该条件。";
    /// A bound on what is not a number.
    PackNotANumber = "pack.notANumber", Error,
        en "`{attribute}` is not a number, and has no bounds. Use `is` or `isNot`.",
        zh "`{attribute}` 不是数字,不能设上下限。请使用 `is` 或 `isNot`。";
    /// A date that rests on an attribute which is none.
    PackNotADay = "pack.notADay", Error,
        en "`{attribute}` is not a day. Give it the kind `day`, or count from another attribute.",
        zh "`{attribute}` 不是日期。请把它的类型设为 `day`,或改用其他属性。";
    /// Records that wait for each other.
    PackLoop = "pack.loop", Error,
        en "These wait for each other: {ids}. Take one of the references out.",
        zh "以下内容互相等待:{ids}。请去掉其中一个引用。";
    /// A gate that waits for what stands behind it.
    PackBehindGate = "pack.behindGate", Error,
        en "`{task}` brings the evidence for `{requirement}`, but comes after `{guarded}`, which the gate `{gate}` holds until that evidence is there. Let it come earlier.",
        zh "`{task}` 负责提供 `{requirement}` 的证据,却排在 `{guarded}` 之后,而关卡 `{gate}` 要等该证据才放行 `{guarded}`。请把它提前。";
    /// A rule for a date that no year has.
    PackDateRule = "pack.dateRule", Error,
        en "No year has such a day: {found}. Months are 1 to 12, days 1 to 31, weekdays of a month 1 to 5 or -1; `every` needs `oneYear`; a stretch ends after it begins, with 0 to 100 percent.",
        zh "任何年份都没有这样的日期:{found}。月份为 1 至 12,日为 1 至 31,月内第几个星期几为 1 至 5 或 -1;`every` 需配合 `oneYear`;时段的结束不得早于开始,百分比为 0 至 100。";
    /// A best case that is longer than the usual one, or the usual one than the worst.
    PackLengths = "pack.lengths", Error,
        en "{length} is shorter than {least}, which comes before it. Write the best case, the usual one and the worst in this order.",
        zh "{length} 比它前面的 {least} 还短。请按最短、通常、最长的顺序填写。";
    /// A task without a length.
    PackNoDuration = "pack.noDuration", Error,
        en "`{task}` has no duration. Give it one, a lead time without a condition, or make it a milestone.",
        zh "`{task}` 没有工期。请填写工期、无条件的周期,或设为里程碑。";
    /// More tasks than a project may have.
    PackTooMany = "pack.tooMany", Error,
        en "That would be {count} tasks; {limit} is the limit. Group the SKUs, or make several projects.",
        zh "这将产生 {count} 个任务,上限为 {limit}。请合并 SKU 分组,或拆成多个项目。";
    /// More links than a project may have.
    PackTooManyLinks = "pack.tooManyLinks", Error,
        en "That would be {count} links or more; {limit} is the limit: every task of one group would wait for every task of another. Make fewer of them, or several projects.",
        zh "这将产生 {count} 条以上的依赖,上限为 {limit}:一组任务的每一个都要等另一组的每一个。请减少数量,或拆成多个项目。";
    /// A wish without a key.
    PackKey = "pack.key", Error,
        en "The project has no key. Give it one: it becomes the id of the project, and the same key makes the same project.",
        zh "项目没有 key。请填写:它将成为项目 id,同一个 key 只产生同一个项目。";
    /// A moment without a year.
    PackYearMissing = "pack.yearMissing", Error,
        en "`{moment}` is every year. Say which year.",
        zh "`{moment}` 每年都有。请指明年份。";
    /// A template that has to stand on a day.
    PackTargetMissing = "pack.targetMissing", Error,
        en "`{template}` counts back from `{goal}`. Say the day (`target`), or a `moment` and a `year`.",
        zh "`{template}` 从 `{goal}` 倒排。请给出日期(`target`),或 `moment` 和 `year`。";
    /// A target before the start.
    PackTargetPast = "pack.targetPast", Error,
        en "{day} is over before the project starts at {start}. Aim at a later day, or start earlier.",
        zh "{day} 早于项目开始时间 {start}。请选择更晚的日期,或更早开始。";
    /// A template that was written for other products.
    PackCategory = "pack.category", Warning,
        en "`{template}` was not written for `{category}`: tasks that such a product needs may be missing. Take another template, or add them.",
        zh "模板 `{template}` 不是为 `{category}` 编写的,可能缺少该类产品需要的任务。请换用其他模板,或补上这些任务。";
    /// A template that was written for other platforms.
    PackPlatform = "pack.platform", Warning,
        en "`{template}` was not written for `{platform}`: tasks that this platform needs may be missing. Take another template, or add them.",
        zh "模板 `{template}` 不是为 `{platform}` 编写的,可能缺少该平台需要的任务。请换用其他模板,或补上这些任务。";
    /// A plan that nobody has adapted.
    PackUnchanged = "pack.unchanged", Warning,
        en "The plan is exactly as `{template}` made it. Go through its durations, owners and tasks with those who do the work, and change what is different for this product.",
        zh "计划与模板 `{template}` 生成时完全一致。请与执行人逐项核对工期、负责人和任务,按本产品实际情况修改。";
    /// A task that a product of this category needs, and the plan lacks.
    PackExpected = "pack.expected", Warning,
        en "A product of the category `{category}` needs `{task}`, and the plan has no such task: {reason}",
        zh "`{category}` 类产品需要任务 `{task}`,而计划中没有:{reason}";
    /// A task that is too coarse to be followed.
    PackCoarse = "pack.coarse", Warning,
        en "`{task}` takes {duration}, more than the {longest} after which such a task can no longer be followed. Split it into: {into}.",
        zh "`{task}` 工期为 {duration},超过 {longest},无法跟踪进展。请拆分为:{into}。";
    /// Something that may only be done inside of a programme.
    PackOutside = "pack.outside", Warning,
        en "`{task}` stands outside of every programme that allows it: {reason} Do `{instead}` in its place.",
        zh "`{task}` 不属于任何合规项目:{reason} 请改为 `{instead}`。";
    /// Work of an outside party without time after it.
    PackNoBuffer = "pack.noBuffer", Warning,
        en "`{task}` is done by an outside party (`{role}`), and `{successor}` follows at once. Leave {buffer} between them: their day is not yours.",
        zh "`{task}` 由外部方(`{role}`)完成,`{successor}` 紧随其后。请留出 {buffer} 缓冲:对方的作息与你们不同。";
    /// A moment whose days in that year nobody has entered.
    PackDateUnknown = "pack.dateUnknown", Error,
        en "Nobody has entered when `{moment}` is in {year}, and no other year stands in for it. Say the day (`target`), or enter {year} under `years` of the moment in its pack.",
        zh "资料包中没有 `{moment}` 在 {year} 年的日期,也不会套用其他年份。请直接给出日期(`target`),或在该节点的 `years` 中补上 {year} 年。";
    /// A year that no rule knows.
    PackYearRange = "pack.yearRange", Error,
        en "{year} is outside the years {first} to {last}, in which moments can be found. Name another year.",
        zh "{year} 年超出可推算的范围 {first} 至 {last}。请换一个年份。";
    /// What a template cannot say of the project that it was made from.
    PackLeftOut = "pack.leftOut", Info,
        en "Made from the project `{project}`. A template has no words for the following, which was left out: {what}.",
        zh "由项目 `{project}` 保存而来。以下内容无法写入模板,已略去:{what}。";
    /// A project that was not made from a template.
    PackNoOrigin = "pack.noOrigin", Error,
        en "`{project}` was not made from a template, so there is nothing to compare it with. Take a project that `instantiate` has made.",
        zh "项目 `{project}` 不是由模板生成的,没有可比较的对象。请选择由 `instantiate` 生成的项目。";
    /// Packs that are not those that a project was made from.
    PackOtherVersion = "pack.otherVersion", Error,
        en "`{project}` was made from {wanted}, and {given} was given. Give the packs that it was made from, in the same order.",
        zh "项目 `{project}` 由 {wanted} 生成,而提供的是 {given}。请按原来的顺序提供生成该项目的资料包。";
}

impl Code {
    /// Whether its sentence has a place for an argument.
    pub(crate) fn uses(self, argument: &str) -> bool {
        self.pattern(Language::En).split('{').skip(1).any(|part| part.strip_prefix(argument).is_some_and(|rest| rest.starts_with('}')))
    }
}

impl std::str::FromStr for Code {
    type Err = Error;

    fn from_str(text: &str) -> Result<Code> {
        let unknown = || Error::new(Code::DocumentValue, &[("found", &format!("`{text}`")), ("expected", "`link.loop`, …")]);
        Code::ALL.iter().copied().find(|code| code.as_str() == text).ok_or_else(unknown)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
