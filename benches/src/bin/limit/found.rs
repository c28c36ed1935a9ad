//! What was found, as a table and as JSON.

use std::fmt;
use std::time::Duration;

use linkstar::Timestamp;
use linkstar_benches::Shape;
use linkstar_benches::documents::{OFFICE, START};
use serde::Serialize;

use crate::{HUNDRED_THOUSAND, Result, Setup};

/// All that was found.
pub(crate) struct Found {
    /// By id, each followed by those that explain it.
    rows: Vec<Row>,
    /// What the figures rest on.
    pub(crate) notes: Vec<String>,
    /// Whether the finishes are those of the yardsticks.
    pub(crate) agrees: bool,
}

impl Default for Found {
    fn default() -> Found {
        Found { rows: Vec::new(), notes: Vec::new(), agrees: true }
    }
}

impl Found {
    pub(crate) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    pub(crate) fn row(&mut self, id: &'static str, goal: f64, row: Row) {
        self.insert(Row { id, goal: Some(goal), ..row });
    }

    /// Adds a row that explains another.
    pub(crate) fn beside(&mut self, id: &'static str, row: Row) {
        self.insert(Row { id, ..row });
    }

    fn insert(&mut self, row: Row) {
        self.rows.insert(self.rows.partition_point(|before| before.id <= row.id), row);
    }

    /// The rows with a goal, as other programs read them.
    pub(crate) fn to_json(&self) -> Result<String> {
        let rows = self.rows.iter().filter_map(|row| row.goal.map(|goal| (row, goal)));
        let listed = rows.map(|(row, goal)| ListedRow {
            id: row.id,
            name: &row.name,
            ns: row.figure,
            limit_ns: row.against,
            ratio: (row.ratio() * 1e4).round() / 1e4,
            goal,
        });
        Ok(serde_json::to_string(&Listed { rows: listed.collect() })?)
    }

    /// Compares the engine's finish with those of the yardsticks, of which the outside one is in working minutes from the start.
    pub(crate) fn compare(&mut self, setup: &Setup, shape: Shape, ours: i64, bare: i64, outside: Option<i64>) -> Result<()> {
        let finish = Timestamp::from_unix_seconds(ours)?;
        let mut note = format!("finish of {shape} {HUNDRED_THOUSAND}: {finish}");
        let mut says = |name: &str, agrees: bool| {
            self.agrees &= agrees;
            note += &format!(", {name} {}", if agrees { "agrees" } else { "DIFFERS" });
        };
        says("the bare pass", ours == bare);
        if let Some(minutes) = outside {
            let ours = setup.directory.timeline(OFFICE)?.between(START.parse()?, finish);
            says(&format!("the outside pass ({minutes} working minutes)"), ours == minutes * 60);
        }
        self.note(note);
        Ok(())
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for note in &self.notes {
            writeln!(f, "{note}")?;
        }
        writeln!(f, "\n{:<3} {:<62}{:>30}{:>30}{:>9}{:>7}", "", "", "ours", "limit", "ratio", "goal")?;
        for row in &self.rows {
            let Row { id, name, ours, limit, goal, .. } = row;
            let id = if goal.is_some() { id } else { "" };
            let goal = goal.map_or(String::new(), |goal| format!("{goal:>7}{}", if row.ratio() <= goal { "" } else { "  above" }));
            writeln!(f, "{id:<3} {name:<62}{ours:>30}{limit:>30}{:>9.3}{goal}", row.ratio())?;
        }
        Ok(())
    }
}

/// A figure of the engine, and what it is measured against.
pub(crate) struct Row {
    id: &'static str,
    name: String,
    /// Nanoseconds, or bytes.
    figure: u64,
    against: u64,
    /// Absent for a row that only explains another.
    goal: Option<f64>,
    /// Both, as people read them.
    ours: String,
    limit: String,
}

impl Row {
    pub(crate) fn times(name: &str, ours: Duration, limit: Duration, parts: usize, part: &str) -> Row {
        let text = |time: Duration| {
            let nanoseconds = time.as_nanos() as f64;
            format!("{:.3} ms {:>6.1} ns/{part}", nanoseconds / 1e6, nanoseconds / parts as f64)
        };
        let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        Row {
            id: "",
            name: name.to_owned(),
            figure: nanoseconds(ours),
            against: nanoseconds(limit),
            goal: None,
            ours: text(ours),
            limit: text(limit),
        }
    }

    pub(crate) fn bytes(name: &str, bytes: u64, unit: u64) -> Row {
        let ours = format!("{:.1} MB", bytes as f64 / 1e6);
        Row { id: "", name: name.to_owned(), figure: bytes, against: unit, goal: None, ours, limit: String::new() }
    }

    fn ratio(&self) -> f64 {
        self.figure as f64 / self.against.max(1) as f64
    }
}

#[derive(Serialize)]
struct Listed<'a> {
    rows: Vec<ListedRow<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedRow<'a> {
    id: &'a str,
    name: &'a str,
    ns: u64,
    limit_ns: u64,
    ratio: f64,
    goal: f64,
}
