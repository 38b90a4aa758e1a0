//! Service flows and their classifiers.

use crate::docsis::check::rules;
use crate::docsis::check::sheet::{Found, Sheet, number};
use crate::docsis::codes::flow::{RATE, REFERENCE, RESERVED, SETS};
use crate::docsis::codes::{
    AGGREGATES, CLASS, CLASSIFIED, CLASSIFIER, DOWN_CLASSIFIER, DOWN_FLOW,
    DROP_CLASSIFIER, UP_CLASSIFIER, UP_FLOW,
};
use crate::docsis::decode::tree::Tlv;

/// The bit of active parameters.
const ACTIVE: u32 = 4;

/// A flow of one direction.
struct Flow<'t, 'a> {
    /// Its block.
    block: &'t Tlv<'a>,
    /// Its reference.
    reference: Option<u32>,
    /// Whether a classifier names it.
    classified: bool,
}

impl Flow<'_, '_> {
    /// As messages call it.
    fn name(&self) -> String {
        match self.reference {
            Some(reference) => format!("flow {reference}"),
            None => "a flow without reference".into(),
        }
    }

    /// Whether it carries data as soon as the modem is registered.
    fn is_active(&self) -> bool {
        let sets = self.block.children.iter().find(|c| c.code == SETS);
        sets.and_then(|sets| number(sets.value))
            .is_none_or(|sets| sets & ACTIVE != 0)
    }
}

/// What is said of one direction.
struct Direction {
    /// Code of its flows.
    flow: u8,
    /// Code of its classifiers.
    classifier: u8,
    /// Name of its flows.
    name: &'static str,
}

/// Both directions.
const DIRECTIONS: [Direction; 2] = [
    Direction {
        flow: UP_FLOW,
        classifier: UP_CLASSIFIER,
        name: "UsServiceFlow",
    },
    Direction {
        flow: DOWN_FLOW,
        classifier: DOWN_CLASSIFIER,
        name: "DsServiceFlow",
    },
];

/// Checks flows, classifiers and classes of service of a modem's file.
pub fn check(items: &[Tlv<'_>], sheet: &mut Sheet<'_>) {
    let mut first: [Option<usize>; 256] = [None; 256];
    for tlv in items {
        let _ = first[usize::from(tlv.code)].get_or_insert(tlv.offset);
    }
    let at = |code: u8| first[usize::from(code)];
    let aggregates = AGGREGATES.iter().any(|code| at(*code).is_some());
    services(sheet, at(CLASS), [at(UP_FLOW), at(DOWN_FLOW)], aggregates);
    let mut references: Vec<(u32, usize)> = Vec::new();
    for direction in &DIRECTIONS {
        if at(direction.flow).is_none() && at(direction.classifier).is_none() {
            continue;
        }
        let mut flows = flows(items, direction.flow);
        own_references(direction, &flows, sheet);
        for flow in &flows {
            let Some(number) = flow.reference else { continue };
            let other = references.iter().find(|(n, _)| *n == number);
            if let (DOWN_FLOW, Some((_, place))) = (direction.flow, other) {
                let found = Found::new(&rules::SHARED_REFERENCE, flow.block);
                sheet.add(found.after(*place), || {
                    format!(
                        "flow reference {number} stands for an upstream and \
                         a downstream flow"
                    )
                });
            }
            if direction.flow == UP_FLOW {
                references.push((number, flow.block.offset));
            }
        }
        classifiers(items, direction, &mut flows, aggregates, sheet);
        primary(direction, &flows, sheet);
    }
    for code in [UP_CLASSIFIER, DOWN_CLASSIFIER, DROP_CLASSIFIER] {
        if at(code).is_some() {
            classifier_references(items, code, sheet);
        }
    }
    rates(items, sheet);
}

/// Checks that there is a service, and of one sort.
fn services(
    sheet: &mut Sheet<'_>,
    class: Option<usize>,
    flows: [Option<usize>; 2],
    aggregates: bool,
) {
    match (class, flows) {
        (Some(class), [Some(flow), _] | [None, Some(flow)]) => {
            let (rule, last) = (&rules::CLASS_AND_FLOWS, class.max(flow));
            sheet.add(Found::at(rule, last).after(class.min(flow)), || {
                "ClassOfService and service flows in one file".into()
            });
        }
        (None, [None, None]) if !aggregates => {
            sheet.add(Found::whole(&rules::NO_SERVICE), || {
                "neither ClassOfService nor service flows".into()
            });
        }
        (None, [up, down])
            if !aggregates && (up.is_none() || down.is_none()) =>
        {
            let missing = if up.is_none() { "upstream" } else { "downstream" };
            sheet.add(Found::whole(&rules::ONE_DIRECTION), || {
                format!("no {missing} service flow")
            });
        }
        _ => {}
    }
}

/// The flows with that code.
fn flows<'t, 'a>(items: &'t [Tlv<'a>], code: u8) -> Vec<Flow<'t, 'a>> {
    let blocks = items.iter().filter(|tlv| tlv.code == code);
    let flow = |block: &'t Tlv<'a>| {
        let reference = block.children.iter().find(|c| c.code == REFERENCE);
        let reference = reference.and_then(|tlv| number(tlv.value));
        Flow { block, reference, classified: false }
    };
    blocks.map(flow).collect()
}

/// Checks that each flow of a direction has a reference of its own.
fn own_references(
    direction: &Direction,
    flows: &[Flow<'_, '_>],
    sheet: &mut Sheet<'_>,
) {
    let name = direction.name;
    for (at, flow) in flows.iter().enumerate() {
        let found = Found::new(&rules::FLOW_REFERENCE, flow.block);
        let Some(number) = flow.reference.filter(|number| *number != 0) else {
            sheet.add(found, || format!("{name} has no reference"));
            continue;
        };
        let earlier =
            flows[..at].iter().find(|e| e.reference == flow.reference);
        if let Some(earlier) = earlier {
            sheet.add(found.after(earlier.block.offset), || {
                format!("two {name} blocks have the reference {number}")
            });
        }
    }
}

/// Checks that the flows of classifiers are there, and notes which have one.
fn classifiers(
    items: &[Tlv<'_>],
    direction: &Direction,
    flows: &mut [Flow<'_, '_>],
    aggregates: bool,
    sheet: &mut Sheet<'_>,
) {
    for block in items.iter().filter(|tlv| tlv.code == direction.classifier) {
        let named = block.children.iter().find(|c| c.code == CLASSIFIED);
        let number = named.and_then(|named| number(named.value));
        let mut known = false;
        for flow in flows.iter_mut().filter(|f| f.reference == number) {
            flow.classified |= number.is_some();
            known |= number.is_some();
        }
        if known || aggregates {
            continue;
        }
        let found = Found::new(&rules::CLASSIFIER_FLOW, named.unwrap_or(block));
        let name = direction.name;
        sheet.add(found, || match number {
            Some(number) => format!(
                "the classifier is for {name} {number}, which is not there"
            ),
            None => format!("the classifier names no {name}"),
        });
    }
}

/// Tells of classifiers of one sort that have the same reference.
fn classifier_references(items: &[Tlv<'_>], code: u8, sheet: &mut Sheet<'_>) {
    let mut known: Vec<(u32, usize)> = Vec::new();
    for block in items.iter().filter(|tlv| tlv.code == code) {
        let own = block.children.iter().find(|c| c.code == CLASSIFIER);
        let Some(own) = own else { continue };
        let Some(reference) = number(own.value) else { continue };
        let Some((_, other)) = known.iter().find(|(n, _)| *n == reference)
        else {
            known.push((reference, block.offset));
            continue;
        };
        let found = Found::new(&rules::CLASSIFIER_REFERENCE, block);
        sheet.add(found.after(*other), || {
            let name = block.name().unwrap_or("classifier");
            format!("two {name} blocks have the reference {reference}")
        });
    }
}

/// Checks that what no classifier takes goes where it was meant to go.
fn primary(
    direction: &Direction,
    flows: &[Flow<'_, '_>],
    sheet: &mut Sheet<'_>,
) {
    let [first, later @ ..] = flows else { return };
    let unused = later.iter().filter(|f| !f.classified && f.is_active());
    // A doubled reference has a finding of its own.
    let unused = unused.filter(|flow| flow.reference != first.reference);
    for flow in unused {
        let (name, unused) = (direction.name, flow.name());
        let found = Found::new(&rules::PRIMARY_FLOW, flow.block);
        sheet.add(found.after(first.block.offset), || {
            let with = if first.classified { "with" } else { "without" };
            format!(
                "{name}: {} {with} a classifier stands first and is the \
                 primary flow; {unused} has no classifier and gets no traffic",
                first.name()
            )
        });
    }
}

/// Tells of a flow that reserves more than its greatest rate. Both are told
/// in the unit of their block, so that they are compared as they stand; 0 is
/// no limit.
fn reserve(block: &Tlv<'_>, sheet: &mut Sheet<'_>) {
    let find = |code| block.children.iter().find(|c| c.code == code);
    let (Some(rate), Some(reserved)) = (find(RATE), find(RESERVED)) else {
        return;
    };
    let (most, least) = (number(rate.value), number(reserved.value));
    let (Some(most), Some(least)) = (most, least) else { return };
    if most != 0 && least > most {
        let found = Found::new(&rules::RESERVED_RATE, reserved);
        sheet.add(found.after(rate.offset), || {
            format!(
                "MinReservedRate {least} is more than MaxRateSustained {most}"
            )
        });
    }
}

/// Tells of rates of 0, which are no limit.
fn rates(items: &[Tlv<'_>], sheet: &mut Sheet<'_>) {
    for block in items {
        let rates: &[u8] = match block.code {
            UP_FLOW | DOWN_FLOW => &[RATE],
            CLASS => &[2, 3],
            _ => continue,
        };
        if block.code != CLASS {
            reserve(block, sheet);
        }
        let zero = block.children.iter().filter(|tlv| {
            rates.contains(&tlv.code) && number(tlv.value) == Some(0)
        });
        for tlv in zero {
            sheet.add(Found::new(&rules::UNLIMITED, tlv), || {
                let name = tlv.name().unwrap_or("the rate");
                format!("{name} 0 is no limit")
            });
        }
    }
}
