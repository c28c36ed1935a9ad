//! The README is true: its picture is what the example prints, and its ten lines of Rust run. TypeScript and Python run theirs in
//! `cargo xtask test`.

#[path = "../examples/quick_start.rs"]
mod quick_start;
#[allow(dead_code, reason = "the example is a program; this test looks at its output")]
#[path = "../examples/us_launch/main.rs"]
mod us_launch;

const README: &str = include_str!("../README.md");

/// The first block of this language.
fn block(language: &str) -> &str {
    let (_, rest) = README.split_once(&format!("```{language}\n")).expect("the README has such a block");
    rest.split_once("```").expect("the block ends").0
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
