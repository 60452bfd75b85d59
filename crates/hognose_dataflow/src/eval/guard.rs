//! Guards: what a condition that holds (or fails) says of the values it tests.
//!
//! ```python
//! if name not in ALLOWED: raise           # fails: literal
//! if re.fullmatch(r"[a-z]+", name): …     # word
//! if not path.startswith(BASE + os.sep):  # contained, where the path was normalised before
//! if not is_safe(name): abort(400)        # what is_safe's true result implies
//! ```
//! A condition tests an expression; the refined variable is found in it by looking through
//! versions, attributes, constant items and calls that hand their argument on unchanged.

use hognose_python::ir::{Argument, ArgumentKind, CompareOp, Op, ValueId};

use super::Frame;
use super::doubt::doubted;
use super::library::Given;
use crate::fact::Fact;
use crate::models::rows::{Base, Holds, Keep, Labels, NodeId, Propagation};
use crate::summary::{CallArgument, Implied};
use crate::value::{Atom, Key, Origin, Path, Relation, Value};

/// Which way a condition went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Branch {
    Holds,
    Fails,
}

impl Branch {
    fn of(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Fails }
    }

    fn other(self) -> Self {
        match self {
            Self::Holds => Self::Fails,
            Self::Fails => Self::Holds,
        }
    }
}

/// A tested expression and what is known of it now.
pub(super) struct Tested {
    pub(super) value: ValueId,
    path: Vec<Key>,
    pub(super) labels: Labels,
    fact: Option<Fact>,
    weight: Weight,
}

/// Whether a test says something for sure, or only that somebody looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Proof,
    /// A check that is not understood: `if not policy.is_allowed(path): raise`.
    Doubt,
    /// It says whether the value may be used as input, and nothing of what it may be.
    Input,
}

/// Whether a condition said something of the value that is refined by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Understood {
    Yes,
    No,
}

impl Tested {
    pub(super) fn labels(value: ValueId, labels: Labels) -> Self {
        Self {
            value,
            path: Vec::new(),
            labels,
            fact: None,
            weight: Weight::Proof,
        }
    }

    /// Something that only matters for input as such.
    pub(super) fn input(value: ValueId, labels: Labels) -> Self {
        Self {
            weight: Weight::Input,
            ..Self::labels(value, labels)
        }
    }

    /// Somebody looked at the value.
    pub(super) fn doubt(value: ValueId) -> Self {
        Self {
            weight: Weight::Doubt,
            ..Self::labels(value, Labels::NONE)
        }
    }
}

/// Joins of paths between a checked path and a part of it.
const JOINS_MAX: usize = 2;

/// How deep conditions and tested expressions are followed.
const GUARD_DEPTH_MAX: usize = 12;

impl Frame<'_> {
    /// `value` on the branch where `condition` holds or fails.
    pub(super) fn refine(&mut self, value: ValueId, condition: ValueId, holds: bool) -> Value {
        let mut result = self.value(value).clone();
        let tests = self.tests(condition, Branch::of(holds), 0);
        let mut understood = Understood::No;
        let mut considered = Labels::NONE;
        for test in tests {
            if let Some((mut path, normalised)) = self.route(test.value, value, 0) {
                path.extend(&test.path);
                let labels = if normalised {
                    test.labels.with(contained_if_prefixed(test.labels))
                } else {
                    test.labels
                };
                match test.weight {
                    Weight::Proof | Weight::Doubt => understood = Understood::Yes,
                    Weight::Input => considered = Labels::CONSIDERED,
                }
                result = match test.weight {
                    Weight::Proof | Weight::Input => {
                        refined(&result, &path, labels, test.fact.as_ref())
                    }
                    Weight::Doubt => doubted(&result, path.into_iter()),
                };
            }
        }
        if understood == Understood::No && self.is_survivor(condition, holds) {
            result = result.less_sure().labelled(considered);
        }
        result
    }

    /// The labels that a condition implies for parameters, at a return of the condition's value.
    pub(super) fn implied(
        &mut self,
        returned: ValueId,
        params: &[Value],
        branch: Branch,
    ) -> Option<Vec<Implied>> {
        let value = self.value(returned).clone();
        let contradicts = match value.truth() {
            Some(true) => branch == Branch::Fails,
            Some(false) => branch == Branch::Holds,
            None => false,
        };
        if contradicts {
            return None;
        }
        let mut implied = Vec::new();
        for (index, version) in (0_u16..).zip(params) {
            implied_by_marks(version, index, &mut implied);
        }
        for test in self.tests(returned, branch, 0) {
            let tested = self.value(test.value).clone();
            let tested = test.path.iter().fold(tested, |value, key| value.step(*key));
            for mark in tested.marks() {
                if let Origin::Param(param, path) = mark.origin {
                    let normalised = mark.labels.has_any(Labels::PATH_NORMALISED);
                    let labels = if normalised {
                        test.labels
                            .with(contained_if_prefixed(test.labels))
                            .with(Labels::PATH_NORMALISED)
                    } else {
                        test.labels
                    };
                    add_implied(&mut implied, param, path, labels);
                }
            }
        }
        Some(implied)
    }

    /// What `condition` says on `branch`.
    pub(super) fn tests(
        &mut self,
        condition: ValueId,
        branch: Branch,
        depth: usize,
    ) -> Vec<Tested> {
        if depth > GUARD_DEPTH_MAX {
            return Vec::new();
        }
        let mut tests = self.direct_tests(condition, branch, depth);
        self.add_part_tests(&mut tests);
        if branch == Branch::Holds {
            tests.extend(self.presence(condition));
        }
        tests
    }

    fn direct_tests(&mut self, condition: ValueId, branch: Branch, depth: usize) -> Vec<Tested> {
        match self.op(condition) {
            Op::Unary(hognose_python::ir::UnaryOp::Not, inner) => {
                self.tests(*inner, branch.other(), depth + 1)
            }
            Op::Refine { value, .. } | Op::After { object: value, .. } => {
                self.tests(*value, branch, depth + 1)
            }
            Op::Compare(operator, left, right) => {
                self.comparison(*operator, *left, *right, branch, depth)
            }
            Op::Call { callee, arguments } => {
                self.call_tests(condition, *callee, arguments, branch, depth)
            }
            Op::IsInstance(object, class) if branch == Branch::Holds => {
                self.instance_test(*object, *class)
            }
            Op::Phi(inputs) => self.phi_tests(condition, inputs, branch, depth),
            Op::Attribute { .. } if branch == Branch::Fails => {
                let labels = Labels::LITERAL.with(Labels::EMPTY);
                vec![Tested::labels(condition, labels)]
            }
            _ => Vec::new(),
        }
    }

    /// A condition kept in a variable: of its values only those that can come out this way count.
    fn phi_tests(
        &mut self,
        condition: ValueId,
        inputs: &[(hognose_python::ir::BlockId, ValueId)],
        branch: Branch,
        depth: usize,
    ) -> Vec<Tested> {
        let wanted = branch == Branch::Holds;
        let mut possible: Vec<ValueId> = inputs
            .iter()
            .map(|(_, value)| *value)
            .filter(|value| {
                *value != condition
                    && !self.value(*value).is_bottom()
                    && self.value(*value).truth() != Some(!wanted)
            })
            .collect();
        possible.sort_unstable();
        possible.dedup();
        match possible.as_slice() {
            [only] => self.tests(*only, branch, depth + 1),
            _ => Vec::new(),
        }
    }

    fn comparison(
        &mut self,
        operator: CompareOp,
        left: ValueId,
        right: ValueId,
        branch: Branch,
        depth: usize,
    ) -> Vec<Tested> {
        let (positive, operator) = match operator {
            CompareOp::NotEq => (branch == Branch::Fails, CompareOp::Eq),
            CompareOp::IsNot => (branch == Branch::Fails, CompareOp::Is),
            CompareOp::NotIn => (branch == Branch::Fails, CompareOp::In),
            CompareOp::Eq
            | CompareOp::Is
            | CompareOp::In
            | CompareOp::Lt
            | CompareOp::LtE
            | CompareOp::Gt
            | CompareOp::GtE => (branch == Branch::Holds, operator),
        };
        let none_or_bool = |value: &Value| match value.atom() {
            Some(Atom::None | Atom::Bool(false)) => Some(false),
            Some(Atom::Bool(true)) => Some(true),
            _ => None,
        };
        if matches!(operator, CompareOp::Is | CompareOp::Eq) {
            for (tested, constant) in [(left, right), (right, left)] {
                if let Some(truth) = none_or_bool(self.value(constant)) {
                    let branch = Branch::of(positive == truth);
                    return self.tests(tested, branch, depth + 1);
                }
            }
        }
        if !positive {
            return match operator {
                CompareOp::In => self.absence(left, right),
                CompareOp::Lt | CompareOp::LtE | CompareOp::Gt | CompareOp::GtE => {
                    self.sizes(operator, left, right, branch)
                }
                CompareOp::Eq
                | CompareOp::Is
                | CompareOp::NotEq
                | CompareOp::IsNot
                | CompareOp::NotIn => Vec::new(),
            };
        }
        match operator {
            CompareOp::Eq | CompareOp::Is => self.equality(left, right),
            CompareOp::In => self.membership(left, right),
            CompareOp::Lt | CompareOp::LtE | CompareOp::Gt | CompareOp::GtE => {
                self.sizes(operator, left, right, branch)
            }
            CompareOp::NotEq | CompareOp::IsNot | CompareOp::NotIn => Vec::new(),
        }
    }

    /// What a comparison of sizes says: of a number, of a length.
    fn sizes(
        &mut self,
        operator: CompareOp,
        left: ValueId,
        right: ValueId,
        branch: Branch,
    ) -> Vec<Tested> {
        let short = self.length_test(operator, left, right, branch == Branch::Holds);
        let mut tests = self.bounds(operator, left, right, branch);
        tests.extend(short);
        tests
    }

    /// `len(x) < 100`: x is short.
    fn length_test(
        &self,
        operator: CompareOp,
        left: ValueId,
        right: ValueId,
        holds: bool,
    ) -> Option<Tested> {
        let is_less = match operator {
            CompareOp::Lt | CompareOp::LtE => holds,
            CompareOp::Gt | CompareOp::GtE => !holds,
            CompareOp::Eq
            | CompareOp::Is
            | CompareOp::In
            | CompareOp::NotEq
            | CompareOp::IsNot
            | CompareOp::NotIn => return None,
        };
        let (length, limit) = if is_less {
            (left, right)
        } else {
            (right, left)
        };
        let is_short = self.value(limit).atom().is_some_and(is_short_length);
        let Op::Call { callee, arguments } = self.op(self.unversioned(length)) else {
            return None;
        };
        let len = self.builtin("len").map(Fact::External)?;
        let is_len = self.value(*callee).facts().contains(&len);
        let text = arguments.first().filter(|_| is_short && is_len)?.value;
        Some(Tested::labels(text, Labels::SHORT))
    }

    fn equality(&mut self, left: ValueId, right: ValueId) -> Vec<Tested> {
        let mut tests = Vec::new();
        for (tested, other) in [(left, right), (right, left)] {
            let value = self.value(other);
            let is_own = !value.marks().is_empty()
                && value
                    .marks()
                    .iter()
                    .all(|mark| mark.labels.has_any(Labels::OWN_HOST));
            if is_own || (value.text().is_constant() && value.marks().is_empty()) {
                for path in self.common_path(tested) {
                    tests.push(Tested::labels(path, Labels::PATH_CONTAINED));
                }
                let is_empty = value.string().is_some_and(|text| text.is_empty());
                let labels = if is_empty {
                    Labels::LITERAL.with(Labels::EMPTY)
                } else {
                    Labels::LITERAL
                };
                tests.push(Tested::labels(tested, labels));
            } else if !self.is_from_outside(other) {
                for path in self.common_path(tested) {
                    tests.push(Tested::labels(path, Labels::PATH_CONTAINED));
                }
            }
        }
        tests
    }

    fn instance_test(&mut self, object: ValueId, class: ValueId) -> Vec<Tested> {
        let classes = self.value(class).clone();
        let mut typed = Value::unknown();
        let elements: Vec<Value> = if classes.facts().is_empty() {
            classes
                .children()
                .iter()
                .map(|(_, child)| child.clone())
                .collect()
        } else {
            vec![classes]
        };
        for element in &elements {
            for fact in element.facts() {
                match fact {
                    Fact::Class(class) => typed = typed.with_fact(Fact::Instance(*class)),
                    Fact::External(node) => {
                        if let Some(class) = self.class_node(*node) {
                            typed = typed.with_fact(Fact::ExternalInstance(class));
                        } else {
                            return Vec::new();
                        }
                    }
                    Fact::ExternalInstance(_)
                    | Fact::Module(_)
                    | Fact::Namespace(_)
                    | Fact::Function(..)
                    | Fact::Instance(_)
                    | Fact::Super(_)
                    | Fact::Bound(_)
                    | Fact::Partial(_) => return Vec::new(),
                }
            }
        }
        let labels = self.labels_of_type(&typed).with(Labels::TYPED);
        let fact = match typed.facts() {
            [only] => Some(only.clone()),
            _ => None,
        };
        let of_project = matches!(fact, Some(Fact::Instance(_)));
        let mut tests = vec![Tested {
            fact,
            ..Tested::labels(object, labels)
        }];
        // Data as it came in is no instance of one of the project's classes.
        if of_project && self.value(object).facts().is_empty() {
            tests.push(Tested::doubt(object));
        }
        tests
    }

    fn call_tests(
        &mut self,
        call: ValueId,
        callee: ValueId,
        arguments: &[Argument],
        branch: Branch,
        depth: usize,
    ) -> Vec<Tested> {
        let mut tests = Vec::new();
        if let Op::Attribute { object, name } = self.op(callee) {
            let name = self.world.program.names.text(*name);
            if name == "startswith" {
                tests.extend(match branch {
                    Branch::Holds => self.prefix_test(*object, arguments),
                    Branch::Fails => self.no_prefix_test(*object, arguments),
                });
            } else if name == "endswith" && branch == Branch::Holds {
                tests.extend(self.suffix_tests(*object, arguments));
            }
        }
        if branch == Branch::Holds {
            tests.extend(self.pattern_test(callee, arguments));
        }
        let callee_value = self.value(callee).clone();
        for fact in callee_value.facts() {
            match fact {
                Fact::External(node) => {
                    if self.is_isinstance(*node)
                        && let (Branch::Holds, Some((object, class))) =
                            (branch, self.tested_class(call))
                    {
                        tests.extend(self.instance_test(object, class));
                    }
                    tests.extend(self.row_tests(&[*node], call, callee, arguments, branch));
                    tests.extend(self.transparent_test(*node, arguments, branch, depth));
                    if branch == Branch::Holds && self.builtin("all") == Some(*node) {
                        tests.extend(self.test_of_all(arguments, depth));
                    }
                }
                Fact::Bound(bound) => match &bound.callable {
                    Fact::External(node) => {
                        let nodes: Vec<NodeId> = vec![*node];
                        tests.extend(self.row_tests(&nodes, call, callee, arguments, branch));
                    }
                    Fact::Function(function, _) => {
                        tests.extend(self.predicate_tests(
                            *function,
                            Some(callee),
                            arguments,
                            branch,
                        ));
                    }
                    _ => {}
                },
                Fact::Function(function, _) => {
                    tests.extend(self.predicate_tests(*function, None, arguments, branch));
                }
                Fact::ExternalInstance(_)
                | Fact::Module(_)
                | Fact::Namespace(_)
                | Fact::Class(_)
                | Fact::Instance(_)
                | Fact::Super(_)
                | Fact::Partial(_) => {}
            }
        }
        if callee_value.facts().is_empty() {
            tests.extend(self.fallback_tests(call, callee, branch));
        }
        if tests.is_empty() {
            tests.extend(self.doubtful_tests(callee, arguments));
        }
        tests
    }

    fn is_isinstance(&self, node: NodeId) -> bool {
        self.builtin("isinstance") == Some(node)
    }

    /// `bool(test(x))`: as the test.
    fn transparent_test(
        &mut self,
        node: NodeId,
        arguments: &[Argument],
        branch: Branch,
        depth: usize,
    ) -> Vec<Tested> {
        match arguments {
            [only] if self.builtin("bool") == Some(node) => {
                self.tests(only.value, branch, depth + 1)
            }
            _ => Vec::new(),
        }
    }

    fn row_tests(
        &mut self,
        nodes: &[NodeId],
        call: ValueId,
        callee: ValueId,
        arguments: &[Argument],
        branch: Branch,
    ) -> Vec<Tested> {
        let models = self.world.models;
        let rows: Vec<_> = nodes
            .iter()
            .flat_map(|node| &models.node(*node).guards)
            .filter(|row| holds_on(row.holds, branch))
            .cloned()
            .collect();
        let given_arguments = self.given_arguments(arguments);
        let given = Given {
            receiver: None,
            arguments: &given_arguments,
        };
        let mut tests = Vec::new();
        for row in rows {
            if !self.conditions_hold(&row.when, &given) {
                continue;
            }
            self.matched(row.row, call, None);
            for place in &row.arguments {
                if let Some(value) = self.place_value(place.base, callee, arguments) {
                    tests.push(Tested::labels(value, row.labels));
                    break;
                }
            }
        }
        tests
    }

    /// Guards by the name of the method alone.
    fn fallback_tests(&mut self, call: ValueId, callee: ValueId, branch: Branch) -> Vec<Tested> {
        let Op::Attribute { object, name } = self.op(callee) else {
            return Vec::new();
        };
        let models = self.world.models;
        let mut tests = Vec::new();
        for (_, row) in models.method_guards(*name) {
            self.matched(row.row, call, None);
            if holds_on(row.holds, branch) {
                tests.push(Tested::labels(*object, row.labels));
            }
        }
        tests
    }

    fn given_arguments(&self, arguments: &[Argument]) -> Vec<CallArgument> {
        arguments
            .iter()
            .map(|argument| CallArgument {
                kind: argument.kind,
                value: self.value(argument.value).clone(),
                id: argument.value,
            })
            .collect()
    }

    fn place_value(&self, base: Base, callee: ValueId, arguments: &[Argument]) -> Option<ValueId> {
        match base {
            Base::Receiver => match self.op(callee) {
                Op::Attribute { object, .. } => Some(*object),
                _ => None,
            },
            Base::Position(position) => arguments
                .iter()
                .filter(|argument| argument.kind == ArgumentKind::Positional)
                .nth(usize::from(position))
                .map(|argument| argument.value),
            Base::Keyword(name) => arguments
                .iter()
                .find(|argument| argument.kind == ArgumentKind::Keyword(name))
                .map(|argument| argument.value),
            Base::All | Base::Spread | Base::Return => None,
        }
    }

    /// What a true (false) result of a function of the project implies.
    fn predicate_tests(
        &mut self,
        function: crate::program::FuncId,
        method: Option<ValueId>,
        arguments: &[Argument],
        branch: Branch,
    ) -> Vec<Tested> {
        let Some(summary) = self.summary_of(function) else {
            return Vec::new();
        };
        let implied = match branch {
            Branch::Holds => &summary.implied_true,
            Branch::Fails => &summary.implied_false,
        };
        let mut tests = Vec::new();
        for implication in implied {
            let value = self.passed(function, implication.param, method, arguments);
            if let Some(value) = value {
                tests.push(Tested {
                    path: implication.path.keys().collect(),
                    ..Tested::labels(value, implication.labels)
                });
            }
        }
        tests
    }

    /// What a call passes as the parameter with that number.
    pub(super) fn passed(
        &self,
        function: crate::program::FuncId,
        param: u16,
        method: Option<ValueId>,
        arguments: &[Argument],
    ) -> Option<ValueId> {
        let index = usize::from(param);
        let name = self
            .world
            .program
            .function(function)
            .params
            .get(index)?
            .name;
        let receivers = usize::from(method.is_some());
        let by_position = index.checked_sub(receivers).and_then(|position| {
            arguments
                .iter()
                .take_while(|argument| argument.kind == ArgumentKind::Positional)
                .nth(position)
        });
        let by_name = arguments
            .iter()
            .find(|argument| argument.kind == ArgumentKind::Keyword(name));
        match (by_position.or(by_name), method) {
            (Some(argument), _) => Some(argument.value),
            (None, Some(callee)) if index == 0 => match self.op(callee) {
                Op::Attribute { object, .. } => Some(*object),
                _ => None,
            },
            (None, _) => None,
        }
    }

    /// How `tested` is made of `object`: the path from the object, and whether a normalising call
    /// stands in between; `None` if it is not.
    fn route(&self, tested: ValueId, object: ValueId, joins: usize) -> Option<(Vec<Key>, bool)> {
        let root = self.unversioned(object);
        let mut path = Vec::new();
        let mut normalised = false;
        let mut current = tested;
        for _ in 0..GUARD_DEPTH_MAX {
            current = self.unversioned(current);
            if current == root {
                path.reverse();
                return Some((path, normalised));
            }
            current = match self.op(current) {
                Op::Attribute { object, name } => {
                    path.push(Key::Attribute(*name));
                    *object
                }
                Op::Item { object, key } => {
                    path.push(self.key_of(self.value(*key)));
                    *object
                }
                Op::Annotated {
                    value: Some(value), ..
                }
                | Op::Await(value) => *value,
                Op::Call { callee, arguments } => match self.handed_on(*callee, arguments) {
                    Some((argument, normalises)) => {
                        normalised |= normalises;
                        argument
                    }
                    // Where the normalised whole is inside, so is every part of it.
                    None if normalised && joins < JOINS_MAX => {
                        let parts = arguments.iter().map(|argument| argument.value);
                        return self.part_route(parts, object, joins);
                    }
                    None => return None,
                },
                Op::Template(parts) if normalised && joins < JOINS_MAX => {
                    let parts = parts.iter().filter_map(|part| match part {
                        hognose_python::ir::Part::Literal(_) => None,
                        hognose_python::ir::Part::Hole(value, _)
                        | hognose_python::ir::Part::Join(value, _) => Some(*value),
                    });
                    return self.part_route(parts, object, joins);
                }
                Op::Binary(_, left, right) if normalised && joins < JOINS_MAX => {
                    return self.part_route([*left, *right].into_iter(), object, joins);
                }
                _ => return None,
            };
        }
        None
    }

    fn part_route(
        &self,
        mut parts: impl Iterator<Item = ValueId>,
        object: ValueId,
        joins: usize,
    ) -> Option<(Vec<Key>, bool)> {
        parts
            .find_map(|part| self.route(part, object, joins + 1))
            .map(|(path, _)| (path, true))
    }

    /// The argument that a call hands on unchanged (`str(x)`, `x.lower()`) or normalised
    /// (`realpath(x)`, `x.resolve()`).
    pub(super) fn handed_on(
        &self,
        callee: ValueId,
        arguments: &[Argument],
    ) -> Option<(ValueId, bool)> {
        let models = self.world.models;
        for fact in self.value(callee).facts() {
            let node = match fact {
                Fact::External(node) => *node,
                Fact::Bound(bound) => match bound.callable {
                    Fact::External(node) => node,
                    _ => continue,
                },
                _ => continue,
            };
            for row in &models.node(node).sanitizers {
                if row.labels.has_any(Labels::PATH_NORMALISED)
                    && let Some(value) = row
                        .arguments
                        .iter()
                        .find_map(|place| self.place_value(place.base, callee, arguments))
                {
                    return Some((value, true));
                }
            }
            for row in &models.node(node).propagators {
                if let Propagation::Copy {
                    from,
                    to,
                    keep,
                    exact,
                } = &row.propagation
                    && (*keep == Keep::All || *exact)
                    && to.base == Base::Return
                    && to.tail.is_empty()
                    && let Some(value) = from
                        .iter()
                        .filter(|place| place.tail.is_empty())
                        .find_map(|place| self.handed_on_value(place.base, callee, arguments))
                {
                    return Some((value, false));
                }
            }
        }
        let Op::Attribute { object, name } = self.op(callee) else {
            return None;
        };
        let keeps = models.method_propagators(*name).iter().any(|(_, row)| {
            matches!(
                &row.propagation,
                Propagation::Copy {
                    keep: Keep::All,
                    ..
                }
            )
        });
        (keeps && self.value(callee).facts().is_empty()).then_some((*object, false))
    }

    /// As [`Frame::place_value`]; "every argument" is the one argument there is.
    fn handed_on_value(
        &self,
        base: Base,
        callee: ValueId,
        arguments: &[Argument],
    ) -> Option<ValueId> {
        match (base, arguments) {
            (Base::All, [only]) if only.kind == ArgumentKind::Positional => Some(only.value),
            _ => self.place_value(base, callee, arguments),
        }
    }

    /// The value behind its versions: after calls, refinements and stores.
    pub(super) fn unversioned(&self, value: ValueId) -> ValueId {
        let mut current = value;
        loop {
            current = match self.op(current) {
                Op::After { object, .. }
                | Op::Refine { value: object, .. }
                | Op::StoreAttribute { object, .. }
                | Op::StoreItem { object, .. } => *object,
                _ => return current,
            };
        }
    }
}

/// Whether a text of at most that length is short: the square of it is still little.
pub(super) fn is_short_length(length: &Atom) -> bool {
    matches!(length, Atom::Int(0..=1_000))
}

fn holds_on(holds: Holds, branch: Branch) -> bool {
    match holds {
        Holds::True => branch == Branch::Holds,
        Holds::False => branch == Branch::Fails,
        // Whichever way it went, the call has come back.
        Holds::Return => true,
    }
}

/// A prefix or containment test of the normalised form of a value holds for the value itself.
fn contained_if_prefixed(labels: Labels) -> Labels {
    if labels.has_any(Labels::PATH_CONTAINED.with(Labels::PATH_PREFIX_ONLY)) {
        Labels::PATH_NORMALISED
    } else {
        Labels::NONE
    }
}

/// Adds guard labels to a value; containment counts only for what is normalised already.
pub(super) fn with_guard_labels(value: &Value, labels: Labels) -> Value {
    let place = Labels::PATH_CONTAINED.with(Labels::PATH_PREFIX_ONLY);
    let checked = labels.common(place);
    let plain = value.labelled(labels.without(place));
    if checked.is_empty() || labels.has_any(Labels::PATH_NORMALISED) {
        return plain.labelled(labels);
    }
    label_normalised(&plain, checked)
}

fn label_normalised(value: &Value, labels: Labels) -> Value {
    let ready = value.marks().iter().all(|mark| {
        mark.labels.has_any(Labels::PATH_NORMALISED) || !mark_can_traverse(mark.labels)
    });
    if ready {
        value.labelled(labels)
    } else {
        value.clone()
    }
}

/// Whether a path with these labels can leave the directory it is joined to.
fn mark_can_traverse(labels: Labels) -> bool {
    let inert = Labels::LITERAL
        .with(Labels::NUMBER)
        .with(Labels::WORD)
        .with(Labels::NO_SEPARATOR)
        .with(Labels::PATH_SECURED);
    !labels.has_any(inert)
}

/// `value` with what is known of the part at `path`.
fn refined(value: &Value, path: &[Key], labels: Labels, fact: Option<&Fact>) -> Value {
    match path.split_first() {
        None => {
            let labelled = with_guard_labels(value, labels);
            match fact {
                Some(fact) => labelled.with_fact(fact.clone()),
                None => labelled,
            }
        }
        Some((Key::Any, _)) => value.clone(),
        Some((key, rest)) => {
            let child = value.step(*key);
            let child = refined(&child, rest, labels, fact);
            value.with_child(*key, child)
        }
    }
}

fn implied_by_marks(version: &Value, param: u16, implied: &mut Vec<Implied>) {
    for mark in version.marks() {
        if let Origin::Param(origin, path) = mark.origin
            && origin == param
            && mark.relation == Relation::Same
            && !mark.labels.is_empty()
        {
            add_implied(implied, param, path, mark.labels);
        }
    }
    for (_, child) in version.children() {
        implied_by_marks(child, param, implied);
    }
}

fn add_implied(implied: &mut Vec<Implied>, param: u16, path: Path, labels: Labels) {
    match implied
        .iter_mut()
        .find(|known| known.param == param && known.path == path)
    {
        Some(known) => known.labels = known.labels.with(labels),
        None => implied.push(Implied {
            param,
            path,
            labels,
        }),
    }
}

/// What holds on both of two returns; `None` stands for a return that cannot come out this way.
pub(super) fn meet(known: &mut Option<Vec<Implied>>, other: Option<Vec<Implied>>) {
    let Some(other) = other else {
        return;
    };
    match known {
        None => *known = Some(other),
        Some(list) => {
            list.retain_mut(|implied| {
                let labels = other
                    .iter()
                    .find(|known| known.param == implied.param && known.path == implied.path)
                    .map_or(Labels::NONE, |known| known.labels);
                implied.labels = implied.labels.common(labels);
                !implied.labels.is_empty()
            });
        }
    }
}
