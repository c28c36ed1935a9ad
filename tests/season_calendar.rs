//! The seller's year, as its user runs it: in two languages, for any year, never wider than the page.

#[allow(dead_code, reason = "a test needs no `main`")]
#[path = "../examples/season_calendar.rs"]
mod season_calendar;

fn run(line: &str) -> Result<String, String> {
    season_calendar::output(line.split_whitespace().map(str::to_owned))
}

fn columns(line: &str) -> usize {
    line.chars().map(|letter| if ('\u{2E80}'..='\u{FFE6}').contains(&letter) { 2 } else { 1 }).sum()
}

/// Requirement R18: what was published, what a rule gives, and what is guessed are told apart; R54: factory stops.
#[test]
fn a_year_tells_what_is_certain() {
    let year = run("--year 2027").expect("the example runs");
    for expected in [
        "  11-26 Fri               moment         Black Friday                                     by rule\n",
        "~ 01-30 Sat – 02-13 Sat   factory        Lunar New Year: closed                           ESTIMATE\n",
        "~ until 10-15 Fri         Amazon         Black Friday: inbound (minimal splits)           ESTIMATE\n",
        "~ 02-05 Fri – 02-12 Fri   holiday CN     Spring Festival                                  projected\n",
        "  07-05 Mon               day off US     Independence Day                                 by rule\n",
        "Prime Day – Not announced. Never take July for granted.",
    ] {
        assert!(year.contains(expected), "{expected} is not in\n{year}");
    }
    let before = run("--year=2025").expect("the example runs");
    for expected in [
        "  until 10-20 Mon         Amazon         Black Friday: inbound (minimal splits)           published\n",
        "  09-28 Sun               working day CN National Day (China)                             published\n",
        "  07-08 Tue – 07-11 Fri   moment         Prime Day                                        published\n",
    ] {
        assert!(before.contains(expected), "{expected} is not in\n{before}");
    }
}

#[test]
fn every_year_fits_the_page_in_both_languages() {
    for year in [1583, 2016, 2022, 2025, 2026, 2027, 2029, 2050, 9998] {
        for language in ["en", "zh-CN"] {
            let page = run(&format!("--year {year} --lang {language}")).expect("the example runs");
            for line in page.lines() {
                assert!(columns(line) <= 100, "{year} {language}: {line}");
            }
            assert!(page.contains(if language == "en" { "Black Friday" } else { "黑五" }));
        }
    }
}

#[test]
fn what_cannot_be_read_is_said_in_a_line() {
    for (line, expected) in [
        ("--year soon", "Write --year 2027"),
        ("--year 1582", "outside the years 1583 to 9998"),
        ("--year 99999999999", "is no year"),
        ("--year 1 --lang zh-CN", "请换一个年份"),
        ("--lang fr", "--lang zh-CN"),
        ("--colour", "season_calendar [--year 2027]"),
        ("--year", "is no year"),
    ] {
        let complaint = run(line).expect_err(line);
        assert!(complaint.contains(expected) && complaint.lines().count() == 1, "{line}: {complaint}");
    }
}
