//! The README is true: its picture is what the example prints, and its ten lines of Rust run. TypeScript and Python run theirs in
//! `cargo xtask test`.

#[path = "../examples/first_command.rs"]
mod first_command;
#[path = "../examples/first_drag.rs"]
mod first_drag;
#[path = "../examples/next_launch.rs"]
mod next_launch;
#[path = "../examples/quick_start.rs"]
mod quick_start;
#[allow(dead_code, reason = "the example is a program; this test looks at its output")]
#[path = "../examples/us_launch/main.rs"]
mod us_launch;

const README: &str = include_str!("../README.md");

/// The blocks of this language.
fn blocks(language: &str) -> impl Iterator<Item = &'static str> {
    README.split(&format!("```{language}\n")).skip(1).filter_map(|rest| Some(rest.split_once("```")?.0)).collect::<Vec<_>>().into_iter()
}

fn block(language: &str) -> &'static str {
    blocks(language).next().expect("the README has such a block")
}

#[test]
fn the_picture_is_what_the_example_prints() {
    let printed = us_launch::output(std::iter::empty::<String>(), false).expect("the example runs");
    assert!(printed.starts_with(block("text").trim_end()), "the README shows\n{}\nthe example prints\n{printed}", block("text"));
}

#[test]
fn the_ten_lines_of_rust_run() {
    assert_eq!(block("rust"), include_str!("../examples/quick_start.rs"));
    quick_start::main().expect("the ten lines run");
}

#[test]
fn the_first_drag_runs() {
    assert_eq!(blocks("rust").nth(3), Some(include_str!("../examples/first_drag.rs")));
    first_drag::main().expect("the drag is previewed, dropped and taken back");
}

#[test]
fn the_first_command_runs() {
    assert_eq!(blocks("rust").nth(1), Some(include_str!("../examples/first_command.rs")));
    first_command::main().expect("the command is decided");
}

#[test]
fn the_next_launch_runs() {
    assert_eq!(blocks("rust").nth(2), Some(include_str!("../examples/next_launch.rs")));
    next_launch::main().expect("the next launch is planned");
}
