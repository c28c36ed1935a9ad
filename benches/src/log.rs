//! Logs as a host keeps them: an event a line.

use std::io::{self, Write};

use linkstar::{Change, Event, Json, RecordKind, RecordRef};

use crate::documents::START;

/// So many tasks the events are about.
const TASKS: u32 = 1_000;

/// Writes a log of small edits, each of the name of one task among a thousand.
pub fn write(events: u32, out: &mut impl Write) -> io::Result<()> {
    let json = |text: &str| Json::new(text).map_err(io::Error::other);
    let of = |task: u32| RecordRef::new(RecordKind::Task, &format!("t{task}"));
    let first =
        format!(r#"{{ "linkstar": 1, "id": "p", "name": "P", "calendar": "c", "anchor": {{ "kind": "start", "at": "{START}" }} }}"#);
    let mut changes = vec![Change::Added { record: RecordRef::new(RecordKind::Project, "p"), value: json(&first)? }];
    for task in 0..TASKS {
        changes.push(Change::Added { record: of(task), value: json(&format!(r#"{{ "id": "t{task}", "name": "T0" }}"#))? });
    }
    let digest = "5f".repeat(32);
    let begin = Event {
        number: 1,
        at: START.parse().map_err(io::Error::other)?,
        command: "begin".to_owned(),
        directory_hash: digest.clone(),
        hash: digest.clone(),
        salt: Some("0123456789abcdef0123456789abcdef".to_owned()),
        seals: Vec::new(),
        actor: "li.wei".into(),
        key: "key-1".to_owned(),
        request: digest,
        reason: None,
        changes,
        breaches: Vec::new(),
        rewritten: Vec::new(),
        undoes: None,
    };
    let mut line = |event: &Event| {
        serde_json::to_writer(&mut *out, event)?;
        out.write_all(b"\n")
    };
    line(&begin)?;
    for number in 2..=events {
        let (task, round) = ((number - 2) % TASKS, (number - 2) / TASKS);
        let [before, after] = [round, round + 1].map(|round| json(&format!(r#""T{round}""#)));
        let change = Change::Set { record: of(task), field: "name".to_owned(), before: Some(before?), after: Some(after?) };
        let (command, key) = ("edit".to_owned(), format!("key-{number}"));
        line(&Event { number, command, key, changes: vec![change], ..Event { changes: Vec::new(), ..begin.clone() } })?;
    }
    Ok(())
}
