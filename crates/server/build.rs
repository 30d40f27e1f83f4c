//! Makes the crate be built again when the page was: what is embedded is found at build time.

fn main() {
    println!("cargo::rerun-if-changed=../../ui/dist");
}
