//! One day of a launch team, command by command.
//!
//! ```sh
//! cargo run --release --example team_day -- [--lang zh-CN|en]
//! ```
//!
//! The morning finds the launch of `us_launch` with its goods in stock and its FCC grant still out. Ads are refused, and every reason is
//! told; the papers come in, and the ads start. An intern's deletion waits for approval. Goods are reported as sailed through an open
//! gate. A partner sees what a partner may. In the evening the log is audited, tampered with, audited again; the intern leaves and is
//! erased, and the log still holds. All answers come from `linkstar`; what is here plays the people and prints.

mod office;

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use linkstar::ops::redact;
use linkstar::{
    Command, Held, Language, Life, Log, NextStep, Outcome, Reason, RecordKind, RecordRef, RedactRequest, Result, erase_person, verify,
};
use office::{Office, value};

const ADS: &str = "start-ads";
const GRANT: &str = "fcc-certification";
const CHECK: &str = "thirty-day-check";
const SAILING: &str = "second-sailing";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let answer = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["--lang", "en"] => day(Language::En).map_err(|error| error.to_string()),
        ["--lang", "zh-CN"] => day(Language::ZhCn).map_err(|error| error.sentence(Language::ZhCn)),
        _ => Err("usage: team_day [--lang zh-CN|en]".to_owned()),
    };
    match answer {
        // Who reads `team_day | head` has seen enough.
        Ok(text) => {
            let _ = std::io::stdout().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(complaint) => {
            let _ = writeln!(std::io::stderr(), "team_day: {complaint}");
            ExitCode::from(2)
        }
    }
}

/// The whole day, as it is printed.
///
/// # Errors
/// What `linkstar` cannot use: nothing, as long as the files of the example are as they are.
pub fn day(language: Language) -> Result<String> {
    let mut out = Page { text: String::new(), language };
    let mut office = Office::open(ADS, GRANT)?;
    ads(&mut office, &mut out)?;
    intern(&mut office, &mut out)?;
    sailing(&mut office, &mut out)?;
    partner(&office, &mut out)?;
    evening(&office, &mut out)?;
    Ok(out.text)
}

/// The ads are refused; what is missing comes in; the ads start.
fn ads(office: &mut Office, out: &mut Page) -> Result<()> {
    out.head(office, "tang.hao wants to switch on the ads", "tang.hao 想开启广告");
    let start = Command::StartTask { task: ADS.into() };
    let refused = office.send("tang.hao", start.clone())?;
    out.outcome(&refused);
    let Outcome::Refused { reasons } = refused else { return Ok(()) };

    out.head(office, "Compliance brings what is missing", "合规部补齐所缺");
    for reason in &reasons {
        let step = match reason.next_step {
            NextStep::AttachEvidence => {
                let asked = reason.args.iter().find(|argument| argument.name == "evidence").map(|argument| argument.value.clone());
                Command::AttachEvidence {
                    item: reason.subject.as_str().into(),
                    evidence: asked.unwrap_or_default(),
                    id: None,
                    digest: None,
                    validity: None,
                }
            }
            NextStep::FinishTask => Command::CompleteTask { task: reason.subject.as_str().into() },
            _ => continue,
        };
        let done = office.send("su.wen", step)?;
        out.line(&format!("  su.wen: {}", out.short(&done, &reason.subject)));
    }
    out.head(office, "tang.hao tries again", "tang.hao 再试一次");
    let started = office.send("tang.hao", start)?;
    out.outcome(&started);
    Ok(())
}

/// An intern deletes a task that others wait for. The command waits, and shows what it would do; the PMO declines it.
fn intern(office: &mut Office, out: &mut Page) -> Result<()> {
    out.head(office, "The intern xiao.wu deletes `thirty-day-check`", "实习生 xiao.wu 删除 `thirty-day-check`");
    office.send(
        "xiao.wu",
        Command::Say {
            task: Some(CHECK.into()),
            answers: None,
            text: "Nobody seems to need this one, I will tidy up. Xiao Wu".to_owned(),
            mentions: vec!["tang.hao".into()],
            internal: false,
        },
    )?;
    let asked = office.send("xiao.wu", Command::Remove { record: RecordRef::new(RecordKind::Task, CHECK) })?;
    out.outcome(&asked);
    if let Outcome::Waiting { held, .. } = asked {
        if let Some(Held { effect, .. }) = office.project().held.iter().find(|waiting| waiting.id == held) {
            let moved: Vec<&str> = effect.tasks.iter().map(|task| task.task.as_str()).collect();
            out.line(&out.say(
                &format!("  effect: {} records go, {} tasks move ({})", effect.removed, effect.moved, moved.join(", ")),
                &format!("  影响:删除 {} 条记录,{} 个任务移动({})", effect.removed, effect.moved, moved.join("、")),
            ));
        }
        let own = office.send("xiao.wu", Command::DecideHeld { held: held.clone(), approved: true })?;
        out.outcome(&own);
        let declined = office.send("lin.yue", Command::DecideHeld { held, approved: false })?;
        out.line(&format!("  lin.yue: {}", out.short(&declined, CHECK)));
        let text = "Xiao Wu, please ask before you delete what closes the launch.".to_owned();
        office.send(
            "tang.hao",
            Command::Say { task: Some(CHECK.into()), answers: None, text, mentions: vec!["xiao.wu".into()], internal: true },
        )?;
    }
    Ok(())
}

/// A second container has sailed, although its gate was open: the fact is written down, and somebody hears of it.
fn sailing(office: &mut Office, out: &mut Page) -> Result<()> {
    out.head(office, "lin.yue plans a second container", "lin.yue 安排第二个货柜");
    let records = [
        (
            RecordKind::Task,
            value(&format!(r#"{{ "id": "{SAILING}", "name": "Second container sails", "owner": "chen.bo", "duration": "18ed" }}"#))?,
        ),
        (
            RecordKind::Item,
            value(
                r#"{ "id": "second-isf", "name": "ISF receipt of the second container", "needs": ["isf-receipt"], "owner": "chen.bo" }"#,
            )?,
        ),
        (
            RecordKind::Gate,
            value(&format!(
                r#"{{ "id": "second-loading", "name": "Second container may be loaded", "owner": "chen.bo",
                    "guards": [{{ "kind": "startTask", "task": "{SAILING}" }}], "items": [{{ "item": "second-isf" }}] }}"#
            ))?,
        ),
    ];
    for (record, value) in records {
        let added = office.send("lin.yue", Command::Add { record, value })?;
        out.line(&format!("  lin.yue: {}", out.short(&added, record.name())));
    }
    out.head(office, "The forwarder's system reports that it has sailed", "货代系统报告已开船");
    let at = office.now().plus_seconds(-2 * 3600)?;
    let reported = office.send("forwarder", Command::ReportStart { task: SAILING.into(), at })?;
    out.outcome(&reported);
    Ok(())
}

fn partner(office: &Office, out: &mut Page) -> Result<()> {
    out.head(office, "What the partner diego.ramos may see", "合作方 diego.ramos 能看到的");
    let request = RedactRequest { project: office.project().clone(), directory: office.directory.clone(), member: "diego.ramos".into() };
    let seen = redact(request)?;
    let all = office.project();
    let counts = [
        (seen.tasks.len(), all.tasks.len(), "tasks", "任务"),
        (seen.gates.len(), all.gates.len(), "gates", "关口"),
        (seen.comments.len(), all.comments.len(), "comments", "评论"),
        (seen.held.len(), all.held.len(), "waiting commands", "待批命令"),
    ];
    for (seen, all, en, zh) in counts {
        out.line(&out.say(&format!("  {en}: {seen} of {all}"), &format!("  {zh}:{all} 中的 {seen}")));
    }
    let names: Vec<&str> = seen.tasks.iter().map(|task| task.id.as_str()).collect();
    out.line(&format!("  {}", names.join(", ")));
    Ok(())
}

/// The log is audited; one byte is changed and found; the intern is erased, and the log still holds.
fn evening(office: &Office, out: &mut Page) -> Result<()> {
    out.head(office, "The evening's audit", "晚间审计");
    let verified = verify(&office.log, Some(office.head()));
    out.line(&out.say(
        &format!("  {} events, intact: {}", verified.events, verified.intact),
        &format!("  {} 个事件,完好:{}", verified.events, verified.intact),
    ));
    let tampered = Log::from_json(&office.log.to_json().replacen("I will tidy up", "I will tidy it", 1))?;
    if let Some(fault) = verify(&tampered, Some(office.head())).fault {
        out.line(&out.say(
            &format!("  one word changed: event {} found. {}", fault.place, fault.detail),
            &format!("  改动一处文字:发现于事件 {}", fault.place),
        ));
    }

    out.head(office, "The intern has left, and is erased", "实习生离职,清除个人数据");
    let erased = erase_person(&office.log, &office.directory, &"xiao.wu".into(), &office.context("lin.yue"))?;
    let verified = verify(&erased.log, None);
    let text = erased.log.to_json() + &erased.directory.to_json();
    let left = ["xiao.wu", "Xiao Wu", "tidy up"].iter().filter(|word| text.contains(**word)).count();
    out.line(&out.say(
        &format!(
            "  places where others wrote of them: {}; words of theirs left: {left}; intact: {}",
            erased.mentions.len(),
            verified.intact
        ),
        &format!("  他人提及 {} 处;残留其个人文字 {left} 处;完好:{}", erased.mentions.len(), verified.intact),
    ));
    let state = erased.log.replay()?;
    let open = state.project().life == Life::Active;
    out.line(&out.say(
        &format!("  replayed: {} tasks, active: {open}", state.project().tasks.len()),
        &format!("  重放:{} 个任务,进行中:{open}", state.project().tasks.len()),
    ));
    Ok(())
}

/// What is printed, in one of two languages.
struct Page {
    text: String,
    language: Language,
}

impl Page {
    fn say(&self, en: &str, zh: &str) -> String {
        if self.language == Language::ZhCn { zh.to_owned() } else { en.to_owned() }
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{line}");
    }

    fn head(&mut self, office: &Office, en: &str, zh: &str) {
        let line = format!("\n{}  {}", office.clock(self.language), self.say(en, zh));
        self.line(&line);
    }

    fn outcome(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Refused { reasons } => {
                let line = self.say(&format!("  refused, reasons: {}", reasons.len()), &format!("  被拒绝,原因 {} 条:", reasons.len()));
                self.line(&line);
                reasons.iter().for_each(|reason| self.reason(reason));
            }
            Outcome::Waiting { approvers, .. } => {
                let who: Vec<&str> = approvers.iter().map(|member| member.as_str()).collect();
                let line = self.say(
                    &format!("  waits for approval by one of: {}", who.join(", ")),
                    &format!("  等待以下任一人批准:{}", who.join("、")),
                );
                self.line(&line);
            }
            Outcome::Repeated { number } => {
                self.line(&self.say(&format!("  done before, as event {number}"), &format!("  已执行过,事件 {number}")))
            }
            Outcome::Accepted { event, .. } => {
                let line = self.say(&format!("  accepted: event {}", event.number), &format!("  已接受:事件 {}", event.number));
                self.line(&line);
                for breach in &event.breaches {
                    let who: Vec<&str> = breach.escalation.iter().map(|member| member.as_str()).collect();
                    let line = self.say(&format!("  breach, told to {}:", who.join(", ")), &format!("  违规,已通知 {}:", who.join("、")));
                    self.line(&line);
                    self.reason(&breach.reason);
                }
            }
        }
    }

    fn reason(&mut self, reason: &Reason) {
        let who = reason.responsible.as_ref().map_or("-", |member| member.as_str());
        let line = format!("    [{}] {} ({who})", reason.code, reason.sentence(self.language));
        self.line(&line);
    }

    /// An outcome in one line.
    fn short(&self, outcome: &Outcome, subject: &str) -> String {
        match outcome {
            Outcome::Accepted { event, .. } => format!("{} {subject}, {}", event.command, self.say("accepted", "已接受")),
            Outcome::Waiting { .. } => format!("{subject}, {}", self.say("waits", "等待批准")),
            Outcome::Repeated { .. } => format!("{subject}, {}", self.say("done before", "已执行过")),
            Outcome::Refused { reasons } => {
                let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.as_str()).collect();
                format!("{subject}, {}: {}", self.say("refused", "被拒绝"), codes.join(", "))
            }
        }
    }
}
