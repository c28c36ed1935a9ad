//! Will the US launch make Black Friday?
//!
//! ```sh
//! cargo run --release --example us_launch -- [--now DATE] [--evidence KEY]... [--json] [--lang zh-CN|en]
//! ```
//!
//! Reads a project and a team, plans them twice, with likely and with pessimistic durations, and reports: the answer, what is blocked,
//! who is overloaded, a chart, the chain that decides, the latest safe starts. With `--evidence fcc-grant` it hands in what that point of the checklist
//! asks for, and tells what opens. All answers come from `linkstar`; what is here asks, chooses and prints.

mod answer;
mod arguments;
mod blocked;
mod evidence;
mod gantt;
mod launch;
mod overloaded;
mod reasons;
mod text;
mod words;

use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use linkstar::{Language, Result, Timestamp, Zone};

use arguments::Wish;
use launch::{DESK, GOAL, Launch, MARKET};
use text::{Ink, Pen, paragraph};

fn main() -> ExitCode {
    let arguments = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    let out = std::io::stdout();
    let colour = out.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    match output(arguments, colour) {
        Ok(text) => match out.lock().write_all(text.as_bytes()) {
            // Who reads `us_launch | head` has seen enough.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => complain(&error.to_string()),
            Ok(()) | Err(_) => ExitCode::SUCCESS,
        },
        Err(complaint) => complain(&complaint),
    }
}

fn complain(complaint: &str) -> ExitCode {
    // Not `eprintln!`, which panics when nobody listens.
    let _ = writeln!(std::io::stderr(), "us_launch: {complaint}");
    ExitCode::from(2)
}

/// What the program writes, or the line that says why it cannot.
pub fn output(arguments: impl IntoIterator<Item = String>, colour: bool) -> std::result::Result<String, String> {
    match Wish::read(arguments)? {
        Wish::Help { language } => Ok(words::USAGE.with(language, &[]) + "\n"),
        Wish::Json { now, language, evidence } => Ok(launch(now, language, &evidence)?.plan.to_json() + "\n"),
        Wish::Report { now, language, evidence } => {
            report(&launch(now, language, &evidence)?, Pen { colour }).map_err(|error| error.sentence(language))
        }
    }
}

fn launch(now: Timestamp, language: Language, evidence: &[String]) -> std::result::Result<Launch, String> {
    let (mut project, directory) = launch::documents().map_err(|error| error.sentence(language))?;
    let before = project.clone();
    evidence::hand_in(&mut project, evidence, now, language)?;
    Launch::new(before, project, directory, now, language).map_err(|error| error.sentence(language))
}

fn report(launch: &Launch, pen: Pen) -> Result<String> {
    let mut parts = vec![head(launch, pen)? + &answer::answer(launch, pen)?];
    parts.extend(blocked::opened(launch, pen)?);
    parts.extend([
        blocked::blocked(launch, pen)?,
        overloaded::overloaded(launch, pen)?,
        gantt::chart(launch, pen)?,
        reasons::chain(launch, pen)?,
        reasons::starts(launch, pen)?,
        reasons::findings(launch, pen),
    ]);
    Ok(parts.join("\n"))
}

/// Product, template, anchor and clock: what the answer is an answer to.
fn head(launch: &Launch, pen: Pen) -> Result<String> {
    let project = launch.translated(&launch.project.name, &launch.project.translations);
    let now = launch.time(launch.now, Zone::new(DESK)?);
    let goal = launch.plan.task(GOAL).map_or(launch.plan.finish, |goal| goal.start);
    let goal = launch.time(goal, Zone::new(MARKET)?);
    let about = launch.say(&words::ABOUT, &[("goal", &goal)]);
    let head = launch.say(&words::HEAD, &[("project", project), ("now", &now)]);
    Ok(format!("{}\n{}\n\n", pen.draw(Ink::Strong, &head), pen.draw(Ink::Faint, paragraph("", &about).trim_end())))
}
