//! The files of one crate as modules, and which of them imports which.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path as FilePath,
};

use super::{
    paths::{Import, Path, paths},
    tokens::tokens,
};

/// A module's place below the crate's root, which has no words.
pub type Module = Vec<String>;

/// The imports among a crate's files: from each module to those that define what it names.
pub type Imports = BTreeMap<Module, BTreeSet<Module>>;

/// What a file says.
struct File {
    paths: Vec<Path>,
    defines: BTreeSet<String>,
}

/// One crate's files.
#[derive(Default)]
pub struct Crate(BTreeMap<Module, File>);

impl Crate {
    /// The crate whose sources are in `folder`. Files that only tests compile are left out.
    pub fn read(folder: &FilePath) -> Self {
        let root = ["lib.rs", "main.rs"].map(|name| folder.join(name));
        let root = root.iter().find(|file| file.exists()).unwrap();
        let mut files = Self::default();
        files.add(&[], root, folder);
        files
    }

    fn add(&mut self, module: &[String], file: &FilePath, children: &FilePath) {
        let declared = self.insert(module.to_owned(), &fs::read_to_string(file).unwrap());
        for name in declared {
            let child = [module, std::slice::from_ref(&name)].concat();
            let folder = children.join(&name);
            let files = [folder.with_extension("rs"), folder.join("mod.rs")];
            if let Some(file) = files.iter().find(|file| file.exists()) {
                self.add(&child, file, &folder);
            }
        }
    }

    /// Takes a file in, and answers the modules that it declares.
    fn insert(&mut self, module: Module, source: &str) -> Vec<String> {
        let tokens = tokens(source);
        let (paths, declared) = paths(&tokens);
        self.0.insert(module, File { paths, defines: defined(&tokens) });
        declared
    }

    /// Which module imports from which. What a module takes from inside itself is no import: a
    /// folder is one part of the crate, and its file says what the part consists of.
    pub fn imports(&self) -> Imports {
        let imports = self.0.iter().map(|(module, file)| {
            let used = file.paths.iter().filter_map(|path| {
                let (target, item) = self.resolve(module, path, 0)?;
                let named_module = item.is_none() && path.import.is_some();
                (!target.starts_with(module) && !named_module).then_some(target)
            });
            (module.clone(), used.collect())
        });
        imports.collect()
    }

    /// The module that a path in `module` leads to, and the word that it ends with there;
    /// nothing when it leads out of the crate.
    fn resolve(&self, module: &Module, path: &Path, depth: u8) -> Option<(Module, Option<String>)> {
        let mut base = [module.as_slice(), &path.inside].concat();
        let mut words = path.words.as_slice();
        let (first, rest) = words.split_first()?;
        match first.as_str() {
            "crate" => (base, words) = (Vec::new(), rest),
            "self" => words = rest,
            "super" => {
                while let Some((_, rest)) = words.split_first().filter(|(word, _)| *word == "super")
                {
                    base.pop();
                    words = rest;
                }
            }
            name => {
                let child = [base.as_slice(), std::slice::from_ref(first)].concat();
                if !self.0.contains_key(&child) {
                    return self.by_alias(module, name, rest, path, depth);
                }
            }
        }
        while !self.0.contains_key(&base) {
            base.pop();
        }
        Some(self.descend(base, words, depth))
    }

    /// Follows a path in code whose first word is an imported module.
    fn by_alias(
        &self,
        module: &Module,
        alias: &str,
        rest: &[String],
        path: &Path,
        depth: u8,
    ) -> Option<(Module, Option<String>)> {
        if path.import.is_some() || depth > MAX_DEPTH {
            return None;
        }
        let named = |found: &&Path| found.import == Some(Import::Name(alias.to_owned()));
        let import = self.0[module].paths.iter().find(named)?;
        let (target, item) = self.resolve(module, import, depth + 1)?;
        item.is_none().then(|| self.descend(target, rest, depth + 1))
    }

    /// Follows `words` from a module through its children and what it exports again.
    fn descend(
        &self,
        mut base: Module,
        mut words: &[String],
        depth: u8,
    ) -> (Module, Option<String>) {
        while let Some((word, rest)) = words.split_first() {
            let child = [base.as_slice(), std::slice::from_ref(word)].concat();
            if self.0.contains_key(&child) {
                (base, words) = (child, rest);
                continue;
            }
            return self.exported(&base, word, rest, depth).unwrap_or((base, Some(word.clone())));
        }
        (base, None)
    }

    /// Where `word` comes from, when `module` imports it.
    fn exported(
        &self,
        module: &Module,
        word: &str,
        rest: &[String],
        depth: u8,
    ) -> Option<(Module, Option<String>)> {
        let file = &self.0[module];
        if depth > MAX_DEPTH || file.defines.contains(word) {
            return None;
        }
        file.paths.iter().find_map(|path| {
            let import = path.import.as_ref()?;
            let mut path = path.clone();
            match import {
                Import::Name(name) if name == word => {}
                Import::Name(_) => return None,
                Import::All => path.words.push(word.to_owned()),
            }
            path.words.extend_from_slice(rest);
            let found = self.resolve(module, &path, depth + 1)?;
            let certain = *import != Import::All
                || found.1.as_ref().is_none_or(|item| self.0[&found.0].defines.contains(item));
            certain.then_some(found)
        })
    }
}

/// How many times a name may be exported again on its way.
const MAX_DEPTH: u8 = 16;

/// The names that a file gives to items of its own.
fn defined(tokens: &[String]) -> BTreeSet<String> {
    let keywords = ["struct", "enum", "union", "trait", "type", "fn", "const", "static"];
    let pairs = tokens.windows(2).filter(|pair| keywords.contains(&pair[0].as_str()));
    let macros = tokens.windows(3).filter(|three| three[0] == "macro_rules");
    pairs.map(|pair| pair[1].clone()).chain(macros.map(|three| three[2].clone())).collect()
}

mod tests {
    use super::*;

    /// The imports of a crate of these modules and sources, as `from>to`.
    fn imports(files: &[(&str, &str)]) -> Vec<String> {
        let mut read = Crate::default();
        for (module, source) in files {
            let module = module.split("::").skip(1).map(str::to_owned).collect();
            read.insert(module, source);
        }
        let name =
            |module: &Module| format!("{}{}", "::".repeat(module.len().min(1)), module.join("::"));
        let imports = read.imports();
        let arrows = imports
            .iter()
            .flat_map(|(from, to)| to.iter().map(move |to| format!("{}>{}", name(from), name(to))));
        arrows.collect()
    }

    #[test]
    fn an_import_leads_to_the_file_that_defines_the_name() {
        let files = [
            ("", "mod a; mod b; pub use a::inner::A as Renamed; pub use b::*;"),
            ("::a", "pub mod inner; pub(crate) use inner::A;"),
            ("::a::inner", "pub struct A; pub fn f() {}"),
            ("::b", "use crate::a::A; use std::fmt; pub struct B; impl B { const C: u8 = 1; }"),
            ("::c", "use crate::{Renamed, B}; fn f() { B::C; Vec::new(); fmt::x(); }"),
            ("::d", "use crate::a::inner; fn f() { inner::f() } mod x { use super::super::b::B; }"),
        ];
        let expected = ["::b>::a::inner", "::c>::a::inner", "::c>::b", "::d>::a::inner", "::d>::b"];
        assert_eq!(imports(&files), expected);
    }

    #[test]
    fn what_a_module_takes_from_inside_itself_is_no_import() {
        let files = [
            ("", "mod a;"),
            ("::a", "mod b; mod c; pub use b::B; use c::C; pub struct A(C);"),
            ("::a::b", "use super::A; pub struct B(A);"),
            ("::a::c", "pub struct C;"),
        ];
        assert_eq!(imports(&files), ["::a::b>::a"]);
    }
}
