//! A yardstick from outside: programs of another workspace, with networks of their own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use linkstar_benches::clock::median;
use linkstar_benches::{Network, Shape};

use crate::{HUNDRED_THOUSAND, Result, Setup};

/// Programs of another workspace that measure what the machine allows, and generate the networks for it.
pub(crate) struct Outside {
    /// The folder of its programs.
    pub(crate) programs: PathBuf,
}

impl Outside {
    fn output(&self, program: &str, arguments: &[&str]) -> Result<String> {
        let output = Command::new(self.programs.join(program)).args(arguments).stderr(Stdio::null()).output()?;
        if !output.status.success() {
            return Err(format!("`{program} {}` failed", arguments.join(" ")).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    pub(crate) fn network(&self, shape: Shape, tasks: usize, folder: &Path) -> Result<Network> {
        let stem = folder.join(format!("outside-{shape}-{tasks}"));
        if !folder.join(format!("outside-{shape}-{tasks}.links.csv")).exists() {
            self.output("gen", &[&tasks.to_string(), &shape.to_string(), &stem.display().to_string(), "csv"])?;
        }
        Ok(Network::read_csv(&stem)?)
    }

    /// Its passes on one and on eight calendars, and the finish in working minutes.
    fn passes(&self, shape: Shape) -> Result<(Duration, Duration, i64)> {
        let text = self.output("limit", &[&HUNDRED_THOUSAND.to_string(), &shape.to_string()])?;
        let time =
            |line: Option<&str>| number(line?.split_once(" med ")?.1).map(|milliseconds| Duration::from_secs_f64(milliseconds / 1e3));
        let one = time(lines_from(&text, "one calendar, flat list, dates out").next());
        // It runs the level-by-level form twice; the one that counts follows this line.
        let eight = time(
            lines_from(&text, "8 calendars, 20% off default").nth(1).filter(|line| line.trim_start().starts_with("same, level by level")),
        );
        let finish = lines_from(&text, "   finish ")
            .next()
            .and_then(|line| number(line.trim_start().strip_prefix("finish")?))
            .map(|minutes| minutes as i64);
        let all = one.zip(eight).zip(finish).map(|((one, eight), finish)| (one, eight, finish));
        all.ok_or_else(|| "the lines of the outside `limit` have changed".into())
    }

    /// What a thousand additions of working time cost it, once for each time that it measured them.
    pub(crate) fn additions(&self) -> Result<Vec<Duration>> {
        let text = self.output("calops", &[])?;
        let lines = text.lines().filter_map(|line| line.strip_prefix("limit: intervals O(1), US zone + DST"));
        let times: Vec<Duration> = lines.filter_map(number).map(|nanoseconds| Duration::from_secs_f64(nanoseconds / 1e6)).collect();
        if times.is_empty() { Err("the lines of the outside `calops` have changed".into()) } else { Ok(times) }
    }
}

/// The lines from the first one on that begins like this.
fn lines_from<'t>(text: &'t str, label: &'static str) -> impl Iterator<Item = &'t str> {
    text.lines().skip_while(move |line| !line.starts_with(label))
}

/// The number that a text begins with.
fn number(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}

/// The runs of the outside passes so far.
#[derive(Default)]
pub(crate) struct OutsideTrial {
    one: Vec<Duration>,
    eight: Vec<Duration>,
    pub(crate) finish: Option<i64>,
}

impl OutsideTrial {
    pub(crate) fn run(&mut self, setup: &Setup, shape: Shape) -> Result<()> {
        if let Some(outside) = &setup.outside {
            let (one, eight, finish) = outside.passes(shape)?;
            self.one.push(one);
            self.eight.push(eight);
            self.finish = Some(finish);
        }
        Ok(())
    }

    pub(crate) fn medians(&self) -> [Option<Duration>; 2] {
        [&self.one, &self.eight].map(|times| (!times.is_empty()).then(|| median(times)))
    }
}
