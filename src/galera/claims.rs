//! Which node does the background work, by what all nodes have in their
//! settings: pure.
//!
//! A node does it only while more than half of all nodes name it. So a change
//! that is written node by node never makes two of them, wherever it is
//! killed, and a node that is cut off stops by itself.

/// What one node says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its name.
    pub node: String,
    /// The place in the list of the node that it names; None: it names none.
    /// Else why it could not be asked.
    pub names: Result<Option<usize>, String>,
    /// Who sees a sign of life of a node that could not be asked.
    pub signs: Vec<String>,
}

/// The node that does the background work, if one does.
pub fn primary(claims: &[Claim]) -> Option<usize> {
    (0..claims.len()).find(|at| is_primary(claims, *at))
}

/// True if this node does it.
pub fn is_primary(claims: &[Claim], at: usize) -> bool {
    let votes = claims.iter().filter(|c| c.names == Ok(Some(at))).count();
    if votes * 2 > claims.len() {
        return true;
    }
    // Of two nodes the other one may be dead; not where it shows any sign.
    let dead = |c: &Claim| c.names.is_err() && c.signs.is_empty();
    let own = claims[at].names == Ok(Some(at));
    claims.len() == 2 && own && dead(&claims[1 - at])
}

/// The order in which the nodes are told of a new one: first the one that
/// does it now, last the one that is to do it.
pub fn order(claims: &[Claim], to: usize) -> Vec<usize> {
    let now = primary(claims);
    let mut order: Vec<usize> = (0..claims.len())
        .filter(|at| claims[*at].names.is_ok())
        .filter(|at| claims[*at].names != Ok(Some(to)))
        .collect();
    order.sort_by_key(|at| (*at == to, Some(*at) != now, *at));
    order
}

/// Why the change may not be made; with what to do.
pub fn objection(
    claims: &[Claim],
    to: usize,
    dead: &[usize],
) -> Option<(String, String)> {
    let name = |at: usize| claims[at].node.as_str();
    if let Err(why) = &claims[to].names {
        return Some((
            format!("{} cannot be asked: {why}", name(to)),
            "the node that is to do the work must be reached".into(),
        ));
    }
    for (at, claim) in claims.iter().enumerate() {
        let Err(why) = &claim.names else { continue };
        if !claim.signs.is_empty() {
            return Some((
                format!(
                    "{} lives, but cannot be asked: {why} ({})",
                    name(at),
                    claim.signs.join("; ")
                ),
                "it may go on with the background work: restore the way to it, \
                 or switch it off"
                    .into(),
            ));
        }
        if !dead.contains(&at) {
            return Some((
                format!("{} cannot be asked: {why}", name(at)),
                format!(
                    "it may go on with the background work; only if it is off \
                     and stays off: --dead {}",
                    name(at)
                ),
            ));
        }
    }
    let reached = claims.iter().filter(|c| c.names.is_ok()).count();
    if claims.len() > 2 && reached * 2 <= claims.len() {
        return Some((
            format!("only {reached} of {} nodes can be asked", claims.len()),
            "more than half must name the node that does the work".into(),
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nodes by what they name: a digit, '-' none, 'x' dead, 'u' unseen.
    fn claims(text: &str) -> Vec<Claim> {
        let claim = |(at, c): (usize, char)| Claim {
            node: format!("n{}", at + 1),
            names: match c {
                '-' => Ok(None),
                'x' | 'u' => Err("no answer".into()),
                c => Ok(c.to_digit(10).map(|n| n as usize - 1)),
            },
            signs: match c {
                'u' => vec!["ping".into()],
                _ => Vec::new(),
            },
        };
        text.chars().enumerate().map(claim).collect()
    }

    #[test]
    fn more_than_half_must_name_it() {
        for (text, primary_is) in [
            ("111", Some(0)),
            ("112", Some(0)),
            ("123", None),
            ("-22", Some(1)),
            ("x22", Some(1)),
            ("1xx", None),
            ("11", Some(0)),
            ("12", None),
            ("1x", Some(0)),
            ("1u", None),
            ("x2", Some(1)),
            ("2x", None),
            ("---", None),
        ] {
            assert_eq!(primary(&claims(text)), primary_is, "{text}");
        }
    }

    /// Every change from every state, killed after each step: never two.
    #[test]
    fn never_two_wherever_it_is_killed() {
        let mut seen = 0;
        for of in [2, 3, 5] {
            for number in 0..(of as usize + 3).pow(of) {
                let mut rest = number;
                let text: String = (0..of)
                    .map(|_| {
                        let kind = rest % (of as usize + 3);
                        rest /= of as usize + 3;
                        match kind {
                            0 => '-',
                            1 => 'x',
                            2 => 'u',
                            n => char::from_digit(n as u32 - 2, 10).unwrap(),
                        }
                    })
                    .collect();
                for to in 0..of as usize {
                    seen += change(&text, to);
                }
            }
        }
        assert!(seen > 100_000, "{seen}");
    }

    /// Makes one change, looking after each step.
    fn change(text: &str, to: usize) -> usize {
        let mut now = claims(text);
        let all: Vec<usize> = (0..now.len()).collect();
        if objection(&now, to, &all).is_some() {
            return 0;
        }
        let one = |now: &[Claim]| {
            let count = all.iter().filter(|at| is_primary(now, **at)).count();
            assert!(count <= 1, "{text} to {to}: {now:?}");
        };
        one(&now);
        let order = order(&now, to);
        for at in &order {
            now[*at].names = Ok(Some(to));
            one(&now);
        }
        assert_eq!(primary(&now), Some(to), "{text} to {to}: {now:?}");
        order.len() + 1
    }
}
