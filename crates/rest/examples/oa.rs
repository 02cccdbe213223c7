//! Prints the document.
fn main() {
    print!("{}\n", plinth_rest::document().to_pretty_json().unwrap());
}
