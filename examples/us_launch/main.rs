//! Will the US launch make Black Friday?
//!
//! ```sh
//! cargo run --release --example us_launch -- [--now DATE] [--evidence KEY]... [--json] [--lang zh-CN|en]
//! cargo run --release --example us_launch -- --template amazon-new-product --category toys --category consumer-electronics \
//!     --attr radio=bluetooth --attr battery=lithium --attr age-min=6 --moment black-friday --year 2027 --platform amazon --skus 3
//! ```
//!
//! Reads a project and a team, plans them twice, with likely and with pessimistic durations, and reports: the answer, what is blocked,
//! who is overloaded, a chart, the chain that decides, the latest safe starts. With `--evidence fcc-grant` it hands in what that point of the checklist
//! asks for, and tells what opens. With `--template` the project is made from the packs of the US market instead. All answers come from `linkstar`; what is here asks, chooses and prints.

mod answer;
mod arguments;
mod blocked;
mod evidence;
mod gantt;
mod launch;
mod overloaded;
mod reasons;
mod template;
mod text;
mod words;

use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

use linkstar::{Result, Zone};

use arguments::{View, Wish};
use launch::{DESK, Launch, MARKET};
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
        Wish::Json { view } => Ok(launch(&view)?.plan.to_json() + "\n"),
        Wish::Report { view } => report(&launch(&view)?, Pen { colour }).map_err(|error| error.sentence(view.language)),
    }
}

fn launch(view: &View) -> std::result::Result<Launch, String> {
    let View { now, language, evidence, choice } = view;
    let say = |error: linkstar::Error| error.sentence(*language);
    let (project, directory) = launch::documents().map_err(say)?;
    let (mut project, directory, made) = match choice {
        None => (project, directory, None),
        Some(choice) => {
            let (project, directory, made) = template::make(choice, directory, *now).map_err(say)?;
            (project, directory, Some(made))
        }
    };
    let before = project.clone();
    evidence::hand_in(&mut project, evidence, *now, *language)?;
    Launch::new(before, project, directory, made, *now, *language).map_err(say)
}

fn report(launch: &Launch, pen: Pen) -> Result<String> {
    let mut parts = vec![head(launch, pen)? + &answer::answer(launch, pen)?];
    parts.extend(launch.made.as_ref().map(|made| template::rests_on(launch, made, pen)).transpose()?);
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
    let goal = launch.plan.task(launch.goal.as_str()).map_or(launch.plan.finish, |goal| goal.start);
    let goal = launch.time(goal, Zone::new(MARKET)?);
    let (head, about) = match &launch.made {
        None => (&words::HEAD, launch.say(&words::ABOUT, &[("goal", &goal)])),
        Some(made) => (&words::TEMPLATE_HEAD, launch.say(&words::TEMPLATE_ABOUT, &[("template", &made.template), ("goal", &goal)])),
    };
    let head = launch.say(head, &[("project", project), ("now", &now)]);
    Ok(format!("{}\n{}\n\n", pen.draw(Ink::Strong, &head), pen.draw(Ink::Faint, paragraph("", &about).trim_end())))
}
