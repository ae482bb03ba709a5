//! Brackets that say nothing.

use crate::syntax::{Alternative, Atom, Item, Repeat};

/// An alternative that is brackets and nothing else: the alternatives in them.
pub fn spliced(alternative: &Alternative) -> Vec<&Alternative> {
    match &alternative.items[..] {
        [
            Item {
                atom: Atom::Group(inside),
                repeat: Repeat::Once,
                ..
            },
        ] if alternative.alias.is_none() => inside.iter().flat_map(spliced).collect(),
        _ => vec![alternative],
    }
}

/// An item without brackets around a repetition that a second one repeats: `(x+)*` is `x*`.
pub fn simplified(item: &Item) -> (&Atom, Repeat) {
    let (mut atom, mut repeat) = (&item.atom, item.repeat);
    if let Atom::Maybe(_) = atom {
        repeat = join(Repeat::Optional, repeat).unwrap_or(repeat);
    }
    while let Atom::Group(inside) | Atom::Maybe(inside) = atom
        && let [Alternative { items, alias: None, .. }] = &inside[..]
        && let [only] = &items[..]
    {
        let inner = match only.atom {
            Atom::Maybe(_) => join(Repeat::Optional, only.repeat),
            _ => Some(only.repeat),
        };
        let Some(joined) = inner.and_then(|inner| join(inner, repeat)) else {
            break;
        };
        (atom, repeat) = (&only.atom, joined);
    }
    (atom, repeat)
}

/// What `outer` around `inner` comes to, if it is one of both kinds.
fn join(inner: Repeat, outer: Repeat) -> Option<Repeat> {
    match (inner, outer) {
        (Repeat::Times(..), Repeat::Once) => Some(inner),
        (Repeat::Once, Repeat::Times(..)) => Some(outer),
        (Repeat::Times(..), _) | (_, Repeat::Times(..)) => None,
        (Repeat::Once, other) | (other, Repeat::Once) => Some(other),
        (Repeat::Optional, Repeat::Optional) => Some(Repeat::Optional),
        (Repeat::Plus, Repeat::Plus) => Some(Repeat::Plus),
        _ => Some(Repeat::Star),
    }
}
