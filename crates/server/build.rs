//! Makes the crate be built again when the page was: what is embedded is found at build time.
#![expect(clippy::print_stdout, reason = "cargo reads what a build script prints")]

fn main() {
    println!("cargo::rerun-if-changed=../../ui/dist");
}
