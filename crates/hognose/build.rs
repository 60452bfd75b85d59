//! Says that the page and the guides are part of the program: a file that is added to them is
//! embedded without any other change.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=assets/page");
    println!("cargo::rerun-if-changed=../../docs/guide");
}
