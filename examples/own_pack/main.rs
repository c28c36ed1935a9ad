//! A pack of one's own becomes a project.
//!
//! ```sh
//! cargo run --release --example own_pack -- examples/own_pack/pack.json [--target 2027-05-03] [--attr radio=yes]...
//! ```
//!
//! Checks the pack and lists what is wrong with it, by line; else makes a project from its first template, plans it and prints it.

use linkstar::{
    Answer, CheckPacksRequest, InstantiateRequest, Language, OutlookRequest, Pack, PackFile, Timestamp, Wanted, Zone, local_time, ops,
};

const START: &str = "2027-01-04T01:00:00Z";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("Which pack? Write: own_pack examples/own_pack/pack.json")?;
    let text = std::fs::read_to_string(&file)?;

    let checked = ops::check_packs(CheckPacksRequest { files: vec![PackFile { file: file.clone(), text: text.clone() }] })?;
    for problem in &checked.problems {
        let (line, column) = (problem.line.unwrap_or(1), problem.column.unwrap_or(1));
        println!("{}:{line}:{column}: {} ({} at {})", problem.file, problem.detail, problem.code, problem.path);
    }
    if !checked.problems.is_empty() {
        return Err(format!("{} problems; nothing was made", checked.problems.len()).into());
    }

    let pack = Pack::from_json(&text)?;
    let template = pack.templates.first().ok_or("The pack has no template")?;
    let start: Timestamp = START.parse()?;
    let mut wanted = Wanted::new(template.id.as_str(), "first-project", start);
    while let (Some(option), Some(value)) = (arguments.next(), arguments.next()) {
        match (option.as_str(), value.split_once('=')) {
            ("--target", _) => wanted.target = Some(value.parse()?),
            ("--attr", Some((attribute, value))) => {
                wanted.answers.push(Answer { attribute: attribute.into(), value: value.to_owned() });
            }
            _ => return Err(format!("`{option} {value}` is not --target DAY or --attr NAME=VALUE").into()),
        }
    }
    let zone = Zone::new(&template.zone)?;
    let packs = vec![pack];
    let instance = ops::instantiate(InstantiateRequest { packs: packs.clone(), wanted: wanted.clone() })?;
    let outlook = ops::outlook(OutlookRequest { packs, wanted, directory: None, now: None })?;
    println!("{}: {} tasks, {} working days short", instance.project.name, instance.project.tasks.len(), outlook.days_short);
    for task in &instance.project.tasks {
        let Some(planned) = outlook.plan.task(task.id.as_str()) else { continue };
        let time = |at| local_time(at, zone, Language::En);
        println!("  {}  latest start {}  {}", time(planned.start), time(planned.late_start), task.name);
    }
    for asked in &instance.questions {
        println!("To answer: {} ({})", asked.question.name, asked.attribute);
    }
    for due in &instance.requirements {
        let notice =
            instance.project.checklist.iter().find_map(|item| item.rule.as_ref().filter(|rule| rule.requirement == due.requirement));
        let notice = notice.and_then(|rule| rule.notice.as_ref()).map_or("", |notice| notice.name.as_str());
        println!("Asked for: {} ({}). {notice}", due.requirement, due.basis.citations.join(", "));
    }
    Ok(())
}
