//! What the runners of the vectors reported: which requirement holds in which language, and whether all gave the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

/// The languages, as their reports are called.
const LANGUAGES: [&str; 3] = ["rust", "node", "python"];

/// One line of a report.
struct Row {
    language: &'static str,
    vector: String,
    ok: bool,
    sha256: String,
    requirements: Vec<String>,
}

pub(crate) struct Table(Vec<Row>);

impl Table {
    /// Reads `rust.json` and the others, as far as they are there. Each of their lines is a row.
    pub(crate) fn read(folder: &Path) -> Table {
        let report = |language| fs::read_to_string(folder.join(format!("{language}.json"))).unwrap_or_default();
        let rows =
            LANGUAGES.iter().flat_map(|language| report(language).lines().filter_map(|line| Row::read(language, line)).collect::<Vec<_>>());
        Table(rows.collect())
    }

    /// How many languages reported.
    pub(crate) fn languages(&self) -> usize {
        self.0.iter().map(|row| row.language).collect::<BTreeSet<_>>().len()
    }

    /// The vectors whose answer is not the same bytes in all languages.
    pub(crate) fn differing(&self) -> Vec<&str> {
        let mut answers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for row in &self.0 {
            answers.entry(&row.vector).or_default().push(&row.sha256);
        }
        let same = |answers: &[&str]| answers.len() == self.languages() && answers.windows(2).all(|pair| pair.first() == pair.last());
        answers.into_iter().filter(|(_, answers)| !same(answers)).map(|(vector, _)| vector).collect()
    }

    /// How many vectors of a requirement hold in a language, of how many.
    fn cell(&self, requirement: &str, language: &str) -> String {
        let rows = self.0.iter().filter(|row| row.language == language && row.requirements.iter().any(|found| found == requirement));
        let (all, good) = rows.fold((0, 0), |(all, good), row| (all + 1, good + u32::from(row.ok)));
        if all == 0 { "-".to_owned() } else { format!("{good}/{all}") }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requirements: BTreeSet<&String> = self.0.iter().flat_map(|row| &row.requirements).collect();
        writeln!(f, "{:<13}{}", "requirement", LANGUAGES.map(|language| format!("{language:>8}")).concat())?;
        for requirement in requirements {
            writeln!(f, "{requirement:<13}{}", LANGUAGES.map(|language| format!("{:>8}", self.cell(requirement, language))).concat())?;
        }
        match (self.languages(), self.differing()) {
            (0 | 1, _) => writeln!(f, "same bytes in all hosts: not compared"),
            (hosts, differing) if differing.is_empty() => writeln!(f, "same bytes in all hosts: yes ({hosts} hosts)"),
            (_, differing) => writeln!(f, "same bytes in all hosts: no ({})", differing.join(", ")),
        }
    }
}

impl Row {
    fn read(language: &'static str, line: &str) -> Option<Row> {
        let after = |key: &str| line.split_once(&format!("\"{key}\":")).map(|(_, rest)| rest.trim_start());
        let text = |key| after(key)?.split('"').nth(1).map(str::to_owned);
        let requirements = after("requirements")?.strip_prefix('[')?.split_once(']')?.0;
        Some(Row {
            language,
            vector: text("vector")?,
            ok: after("ok")?.starts_with("true"),
            sha256: text("sha256")?,
            requirements: requirements.split('"').skip(1).step_by(2).map(str::to_owned).collect(),
        })
    }
}
