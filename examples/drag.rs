//! Drags bars in a season of 10,000 tasks, as a page does while the mouse is held, draws links and sets a date, and says what each would
//! do, and how long the answer took: `cargo run --release --example drag`.

use std::time::{Duration, Instant};

use linkstar::{
    Anchor, CalendarId, Command, Context, Dates, Directory, FieldValue, Json, Link, LiveProject, Log, Outcome, Project, RecordKind,
    RecordRef, Snapshot, Span, SpanUnit, Task, TaskId, decide_first,
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Two offices, and who leads the season.
const OFFICES: &str = r#"{ "linkstar": 1,
    "calendars": [
        { "id": "shenzhen", "zone": "Asia/Shanghai", "week": { "monday": ["09:00-12:00", "13:00-18:00"], "tuesday": ["09:00-12:00", "13:00-18:00"],
            "wednesday": ["09:00-12:00", "13:00-18:00"], "thursday": ["09:00-12:00", "13:00-18:00"], "friday": ["09:00-12:00", "13:00-18:00"] } },
        { "id": "los-angeles", "zone": "America/Los_Angeles", "week": { "monday": ["09:00-17:00"], "tuesday": ["09:00-17:00"],
            "wednesday": ["09:00-17:00"], "thursday": ["09:00-17:00"], "friday": ["09:00-17:00"] } }
    ],
    "members": [{ "id": "lin.yue", "name": "Lin Yue" }],
    "grants": [{ "id": "lead", "member": "lin.yue", "access": "owner" }] }"#;

/// What every product goes through: how many days, and where.
const STEPS: [(&str, i64, &str); 10] = [
    ("sample", 10, "shenzhen"),
    ("lab-test", 15, "los-angeles"),
    ("certificate", 5, "los-angeles"),
    ("photos", 3, "shenzhen"),
    ("listing", 2, "shenzhen"),
    ("listing-check", 1, "los-angeles"),
    ("production", 20, "shenzhen"),
    ("loading", 1, "shenzhen"),
    ("inbound", 4, "los-angeles"),
    ("start-ads", 1, "los-angeles"),
];
/// Each by its place waits for that one, too: no ads before the certificate, no loading before the lab is done.
const ALSO: [(usize, usize); 3] = [(9, 2), (7, 1), (5, 3)];
const PRODUCTS: usize = 1_000;

fn main() -> Result<()> {
    let mut season = open()?;
    // For `drag.mjs` and `drag.py`.
    if let [_, option, path] = std::env::args().collect::<Vec<_>>().as_slice() {
        match option.as_str() {
            "--snapshot" => return Ok(std::fs::write(path, season.snapshot().to_json())?),
            _ => return Err("drag [--snapshot FILE]".into()),
        }
    }
    let dates = season.dates();
    println!("{} tasks, until {}\n", dates.tasks.len(), season.plan()?.finish);
    let mut preview_times = Vec::new();
    for (number, (product, step)) in [(3, 0), (17, 1), (250, 6), (501, 3), (777, 8), (999, 9)].into_iter().enumerate() {
        let task = id(product, step);
        println!("{task}:");
        for hours in [8, 16, 24, 32] {
            let start = Instant::now();
            let preview = season.preview(&longer(&task, step, hours)?, &context(&format!("drag-{number}-{hours}"))?)?;
            let took = start.elapsed();
            preview_times.push(took);
            println!(
                "  {hours:>2} h longer: {:>5} tasks move, the season by {:>3} h, in {took:?}",
                preview.delta.tasks.len(),
                preview.delta.delay / 3_600
            );
            if hours == 32 {
                tell_why(&dates, &preview.delta.tasks, &preview.because);
            }
        }
        let start = Instant::now();
        season.execute(&longer(&task, step, 32)?, &context(&format!("drop-{number}"))?)?;
        println!("  dropped in {:?}", start.elapsed());
    }
    println!("links and dates:");
    for (what, command) in [
        ("photos.17 wait for sample.3", after(&id(3, 0), &id(17, 3))?),
        ("sample.801 waits for start-ads.17", after(&id(17, 9), &id(801, 0))?),
        ("listing.250 begins in March at the earliest", not_before(&id(250, 4), "2027-03-01T01:00:00Z")?),
    ] {
        let start = Instant::now();
        let preview = season.preview(&command, &context(what)?)?;
        let previewed = start.elapsed();
        let start = Instant::now();
        season.execute(&command, &context(what)?)?;
        println!("  {what}: {} tasks move, in {previewed:?}; done in {:?}", preview.delta.tasks.len(), start.elapsed());
    }
    preview_times.sort_unstable();
    println!(
        "\nthe middle of {} previews: {:?}",
        preview_times.len(),
        preview_times.get(preview_times.len() / 2).unwrap_or(&Duration::ZERO)
    );
    Ok(())
}

/// The first few that move, and what holds each of them.
fn tell_why(dates: &Dates, moved: &[u32], because: &[u32]) {
    let name = |number: u32| dates.tasks.get(number as usize).map_or("?", TaskId::as_str);
    for (task, holder) in moved.iter().zip(because).take(3) {
        match task == holder {
            true => println!("     {} moves by itself", name(*task)),
            false => println!("     {} moves because of {}", name(*task), name(*holder)),
        }
    }
}

fn id(product: usize, step: usize) -> TaskId {
    TaskId::from(format!("{}.{product}", STEPS[step].0))
}

fn longer(task: &TaskId, step: usize, hours: i64) -> Result<Command> {
    let value = Json::new(&format!("\"{}h\"", STEPS[step].1 * 8 + hours))?;
    let fields = vec![FieldValue { field: "duration".to_owned(), value: Some(value) }];
    Ok(Command::Edit { record: RecordRef::new(RecordKind::Task, task.as_str()), fields })
}

fn after(predecessor: &TaskId, successor: &TaskId) -> Result<Command> {
    let link = Json::new(&format!(r#"{{ "predecessor": "{predecessor}", "successor": "{successor}" }}"#))?;
    Ok(Command::Add { record: RecordKind::Link, value: link })
}

fn not_before(task: &TaskId, at: &str) -> Result<Command> {
    let value = Json::new(&format!(r#"{{ "kind": "startNoEarlierThan", "at": "{at}" }}"#))?;
    let fields = vec![FieldValue { field: "constraint".to_owned(), value: Some(value) }];
    Ok(Command::Edit { record: RecordRef::new(RecordKind::Task, task.as_str()), fields })
}

fn context(key: &str) -> Result<Context> {
    Ok(Context { actor: "lin.yue".into(), now: "2027-01-04T01:00:00Z".parse()?, key: key.to_owned(), salt: "9c1f4e7a52d08b36".to_owned() })
}

fn open() -> Result<LiveProject> {
    let directory = Directory::from_json(OFFICES)?;
    let mut season = Project::new("season", "Season 2027", "shenzhen", Anchor::Start { at: "2027-01-04T01:00:00Z".parse()? });
    for product in 0..PRODUCTS {
        for (step, (name, days, calendar)) in STEPS.iter().enumerate() {
            let duration = Some(Span { count: *days, unit: SpanUnit::Days });
            let calendar = Some(CalendarId::from(*calendar));
            season.tasks.push(Task { duration, calendar, ..Task::new(id(product, step).as_str(), name) });
        }
        let after = (1..STEPS.len()).map(|step| (step, step - 1));
        let links = after.chain(ALSO).map(|(step, before)| Link::new(id(product, before).as_str(), id(product, step).as_str()));
        season.links.extend(links);
        // The lab takes one product of a family after the other.
        if product % 10 > 0 {
            season.links.push(Link::new(id(product - 1, 1).as_str(), id(product, 1).as_str()));
        }
    }
    let Outcome::Accepted { event, .. } = decide_first(&directory, &Command::begin(&season), &context("begin")?)? else {
        return Err("Lin Yue may not begin a project".into());
    };
    Ok(LiveProject::open(Snapshot::new(Log { events: vec![event], ..Log::default() }, directory))?)
}
