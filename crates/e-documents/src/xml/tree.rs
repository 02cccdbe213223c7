use std::collections::HashSet;

use plinth_ports::Unreadable;
use quick_xml::{
    events::{BytesStart, Event},
    name::PrefixDeclaration,
};

use super::scan::{broken, character, reader};
use crate::refusal::malformed;

/// An element by its local name. Namespaces play no part: banks and programs use many prefixes, and
/// each version of a message has a namespace of its own.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: Box<str>,
    /// Its namespace, when it declares that itself, as the root must.
    pub(crate) namespace: Option<Box<str>>,
    /// The text directly within it.
    text: String,
    /// Its attributes by local name.
    attributes: Vec<(Box<str>, Box<str>)>,
    children: Vec<Element>,
}

impl Element {
    /// The children of this name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| &*child.name == name)
    }

    /// The first descendant at this path of local names: `BookgDt/Dt`.
    pub(crate) fn at(&self, path: &str) -> Option<&Element> {
        path.split('/').try_fold(self, |element, name| {
            element.children.iter().find(|child| &*child.name == name)
        })
    }

    /// The text at this path, trimmed; `None` when there is none.
    pub(crate) fn text_at(&self, path: &str) -> Option<&str> {
        self.at(path).map(Self::text).filter(|text| !text.is_empty())
    }

    /// The text directly within this element, trimmed.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }

    /// How many elements in this tree stand behind a sibling of the same name. Those named in
    /// `lists` do not count.
    pub(crate) fn repeats(&self, lists: &[&str]) -> usize {
        let mut seen = HashSet::new();
        let names = self.children.iter().map(|child| &*child.name);
        let here = names.filter(|name| !lists.contains(name) && !seen.insert(*name)).count();
        here + self.children.iter().map(|child| child.repeats(lists)).sum::<usize>()
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| &**key == name).map(|(_, value)| &**value)
    }
}

/// The tree of a document that [`scan`](super::scan()) has let pass.
pub(crate) fn tree(text: &str) -> Result<Element, Unreadable> {
    let mut reader = reader(text);
    // The first one is no element: it holds the root.
    let mut open = vec![Element::default()];
    loop {
        let event = reader.read_event().map_err(broken)?;
        let last = open.last_mut().ok_or_else(unbalanced)?;
        match event {
            Event::Start(start) => open.push(element(&start)?),
            Event::Empty(start) => last.children.push(element(&start)?),
            Event::End(_) => {
                let ended = open.pop().ok_or_else(unbalanced)?;
                open.last_mut().ok_or_else(unbalanced)?.children.push(ended);
            }
            Event::Text(text) => {
                let text = text.xml10_content().map_err(broken)?;
                last.text.push_str(&text);
            }
            Event::CData(text) => {
                let text = text.xml10_content().map_err(broken)?;
                last.text.push_str(&text);
            }
            Event::GeneralRef(reference) => last.text.push(character(&reference)?),
            Event::Eof => break,
            _ => {}
        }
    }
    let mut roots = open.pop().map(|top| top.children).unwrap_or_default();
    match (roots.pop(), roots.is_empty(), open.is_empty()) {
        (Some(root), true, true) => Ok(root),
        _ => Err(malformed("the XML has no element, or several at its top")),
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, Unreadable> {
    let mut element = Element { name: name(start.local_name().as_ref()), ..Element::default() };
    let full = start.name();
    let prefix = full.prefix();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(broken)?;
        let value = name(&attribute.value);
        match (attribute.key.as_namespace_binding(), prefix) {
            (None, _) => {
                element.attributes.push((name(attribute.key.local_name().as_ref()), value));
            }
            (Some(PrefixDeclaration::Default), None) => element.namespace = Some(value),
            (Some(PrefixDeclaration::Named(bound)), Some(prefix)) if bound == prefix.as_ref() => {
                element.namespace = Some(value);
            }
            (Some(_), _) => {}
        }
    }
    Ok(element)
}

fn name(bytes: &[u8]) -> Box<str> {
    String::from_utf8_lossy(bytes).into()
}

fn unbalanced() -> Unreadable {
    malformed("an element of the XML ends that does not begin")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_local_name_with_their_text_and_attributes() {
        let text = "<?a?><x:D xmlns:x='u'><x:A Ccy='EUR'> 1 &amp;<!-- c --> &#50;<![CDATA[ <3]]>\
                    </x:A><A/><B><C>d</C></B></x:D>";
        let root = tree(text).unwrap();
        assert_eq!((&*root.name, root.namespace.as_deref()), ("D", Some("u")));
        assert_eq!(root.all("A").count(), 2);
        assert_eq!(root.text_at("A"), Some("1 & 2 <3"));
        assert_eq!(root.at("A").unwrap().attribute("Ccy"), Some("EUR"));
        assert_eq!(root.text_at("B/C"), Some("d"));
        assert!(root.at("B/A").is_none() && root.at("A").unwrap().attribute("x").is_none());
    }

    #[test]
    fn siblings_of_one_name_are_counted_at_every_depth() {
        let root = tree("<a><b/><b/><c><b/><d/><d/><d/></c><l/><l/><l/></a>").unwrap();
        assert_eq!(root.repeats(&["l"]), 3);
        assert_eq!(root.repeats(&[]), 5);
    }

    #[test]
    fn a_text_that_is_no_document_is_refused() {
        for text in ["", "x", "<a/><b/>", "<a></b>", "<a>", "</a>", "<a>&b;</a>", "<a>&#0;</a>"] {
            assert!(tree(text).is_err(), "{text}");
        }
    }
}
