//! The program: all modules, with one numbering of functions, classes and names.
//!
//! ```text
//! shop/__init__.py   module 0: functions 0..2, classes 0..1
//! shop/db.py         module 1: functions 3..9, classes 2..4
//! ```
//! What an import statement means is in `link`.

use std::sync::Arc;

use hognose_python::File;
use hognose_python::ir::{self, ClassIndex, FunctionIndex, Symbol, ValueId};
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use crate::link::Layout;
use crate::models::Models;
use crate::names::Names;

/// Declares a program-wide `u32` index type.
macro_rules! index {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

index!(ModuleId);
index!(
    /// A function of the program; module bodies are functions.
    FuncId
);
index!(ClassId);

/// A module and where its functions and classes begin in the program's numbering.
#[derive(Debug)]
pub struct Module {
    pub file: File,
    /// The dotted name from the nearest directory that is no package: `shop.views`.
    pub name: Arc<str>,
    pub first_function: u32,
    pub first_class: u32,
    /// Top-level packages that the module imports from anywhere in its text.
    pub imported_packages: Vec<Arc<str>>,
}

/// See the module documentation.
#[derive(Debug)]
pub struct Program {
    pub names: Names,
    pub modules: Vec<Module>,
    pub layout: Layout,
    /// The module of each function, and its index there.
    functions: Vec<(ModuleId, FunctionIndex)>,
    classes: Vec<(ModuleId, ClassIndex)>,
    /// Methods by name, for the fallback by unique name.
    methods: FxHashMap<Symbol, Vec<FuncId>>,
}

/// Text constants up to this many bytes can be keys of containers.
const KEY_BYTES_MAX: usize = 64;

impl Program {
    /// Puts `files` together; their order is the order of module numbers.
    pub fn new(files: Vec<File>, models: &Models) -> Self {
        let mut program = Self {
            names: models.names.clone(),
            modules: Vec::with_capacity(files.len()),
            layout: Layout::new(files.iter().map(|file| &*file.source.path), |name| {
                models
                    .names
                    .get(name)
                    .is_some_and(|name| models.root_child(name).is_some())
            }),
            functions: Vec::new(),
            classes: Vec::new(),
            methods: FxHashMap::default(),
        };
        for file in files {
            program.add(file);
        }
        program
    }

    fn add(&mut self, mut file: File) {
        let id = ModuleId(u32::try_from(self.modules.len()).expect("fewer than 2^32 modules"));
        let map: Vec<Symbol> = file
            .module
            .symbols
            .iter()
            .map(|text| self.names.intern_shared(text))
            .collect();
        file.module.remap_symbols(&map);
        self.intern_keys(&file.module);
        let first_function = u32::try_from(self.functions.len()).expect("fewer than 2^32");
        let first_class = u32::try_from(self.classes.len()).expect("fewer than 2^32");
        for (index, function) in (0..).zip(&file.module.functions) {
            self.functions.push((id, FunctionIndex(index)));
            if function.class.is_some() {
                self.methods
                    .entry(function.name)
                    .or_default()
                    .push(FuncId(first_function + index));
            }
        }
        for (index, _) in (0..).zip(&file.module.classes) {
            self.classes.push((id, ClassIndex(index)));
        }
        let name = self.layout.module_name(&file.source.path);
        let imported_packages = imported_packages(&file.module);
        self.modules.push(Module {
            file,
            name,
            first_function,
            first_class,
            imported_packages,
        });
    }

    fn intern_keys(&mut self, module: &ir::Module) {
        for function in &module.functions {
            for inst in &function.insts {
                if let ir::Op::Constant(ir::Constant::Str(text)) = &inst.op
                    && text.len() <= KEY_BYTES_MAX
                {
                    self.names.intern_shared(text);
                }
            }
        }
    }

    pub fn function_count(&self) -> usize {
        self.functions.len()
    }

    pub fn class_count(&self) -> usize {
        self.classes.len()
    }

    pub fn function_ids(&self) -> impl Iterator<Item = FuncId> + use<> {
        (0..u32::try_from(self.functions.len()).expect("fewer than 2^32")).map(FuncId)
    }

    pub fn class_ids(&self) -> impl Iterator<Item = ClassId> + use<> {
        (0..u32::try_from(self.classes.len()).expect("fewer than 2^32")).map(ClassId)
    }

    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.index()]
    }

    pub fn module_of(&self, function: FuncId) -> ModuleId {
        self.functions[function.index()].0
    }

    pub fn function(&self, id: FuncId) -> &ir::Function {
        let (module, index) = self.functions[id.index()];
        self.module(module).file.module.function(index)
    }

    pub fn class(&self, id: ClassId) -> &ir::Class {
        let (module, index) = self.classes[id.index()];
        self.module(module).file.module.class(index)
    }

    pub fn class_module(&self, id: ClassId) -> ModuleId {
        self.classes[id.index()].0
    }

    /// The module body of `module`.
    pub fn body(&self, module: ModuleId) -> FuncId {
        FuncId(self.module(module).first_function)
    }

    pub fn func_id(&self, module: ModuleId, index: FunctionIndex) -> FuncId {
        FuncId(self.module(module).first_function + index.0)
    }

    pub fn class_id(&self, module: ModuleId, index: ClassIndex) -> ClassId {
        ClassId(self.module(module).first_class + index.0)
    }

    /// The class in whose body the function stands.
    pub fn class_of(&self, function: FuncId) -> Option<ClassId> {
        let class = self.function(function).class?;
        Some(self.class_id(self.module_of(function), class))
    }

    /// The function around `function`.
    pub fn parent(&self, function: FuncId) -> Option<FuncId> {
        let parent = self.function(function).parent?;
        Some(self.func_id(self.module_of(function), parent))
    }

    /// The one method of that name, if it is the only one in the program.
    pub fn only_method(&self, name: Symbol) -> Option<FuncId> {
        match self.methods.get(&name).map(Vec::as_slice) {
            Some([only]) => Some(*only),
            _ => None,
        }
    }

    /// `shop.views.download`, or the module's name for its body.
    pub fn qualified_name(&self, function: FuncId) -> String {
        let module = &self.module(self.module_of(function)).name;
        let qualified = &self.function(function).qualified;
        match (module.is_empty(), qualified.is_empty()) {
            (_, true) => module.to_string(),
            (true, false) => qualified.to_string(),
            (false, false) => format!("{module}.{qualified}"),
        }
    }

    pub fn range(&self, function: FuncId, value: ValueId) -> TextRange {
        self.function(function).range_of(value)
    }

    /// The source text of an instruction.
    pub fn snippet(&self, function: FuncId, value: ValueId) -> &str {
        let module = self.module(self.module_of(function));
        module.file.source.slice(self.range(function, value))
    }
}

fn imported_packages(module: &ir::Module) -> Vec<Arc<str>> {
    let mut packages: Vec<Arc<str>> = Vec::new();
    let mut add = |dotted: &str| {
        let first = dotted.split('.').next().unwrap_or("");
        if !first.is_empty() && !packages.iter().any(|known| **known == *first) {
            packages.push(Arc::from(first));
        }
    };
    for function in &module.functions {
        for inst in &function.insts {
            match &inst.op {
                ir::Op::Import(dotted) => add(dotted),
                ir::Op::ImportFrom { from, .. } if from.level == 0 => add(&from.module),
                _ => {}
            }
        }
    }
    for path in &module.star_imports {
        if path.level == 0 {
            add(&path.module);
        }
    }
    packages
}
