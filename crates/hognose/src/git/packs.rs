//! The pack files of a repository, and where in them an object lies.
//!
//! ```text
//! .git/objects/pack/pack-….idx      id → offset
//! .git/objects/pack/pack-….pack     offset → object, most as deltas against another offset
//! ```
//! Looked into directly, and not through the object database, so that the blobs can be read in the
//! order in which they build on each other. Packs of alternates count as well.

use std::fs;
use std::path::{Path, PathBuf};

use gix::ObjectId;
use gix::odb::pack::data::Entry;
use gix::odb::pack::data::entry::Header;
use gix::odb::pack::{Bundle, data};
use gix::zlib::Inflate;

/// All packs that can be opened.
pub struct Packs {
    bundles: Vec<Bundle>,
    /// Those that cannot be, with the reason.
    pub broken: Vec<(PathBuf, String)>,
}

/// An object in a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub pack: usize,
    pub offset: u64,
}

/// What an object is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    Whole,
    /// As a delta against the object at this offset of the same pack.
    Delta(u64),
}

impl Packs {
    pub fn open(repository: &gix::Repository) -> Self {
        let mut packs = Self {
            bundles: Vec::new(),
            broken: Vec::new(),
        };
        let objects = repository.objects.store_ref().path().to_owned();
        let mut directories = vec![objects.clone()];
        match gix::odb::alternate::resolve(objects.clone(), repository.current_dir()) {
            Ok(alternates) => directories.extend(alternates),
            Err(error) => packs.broken.push((objects, error.to_string())),
        }
        for directory in directories {
            packs.open_all(&directory.join("pack"), repository.object_hash());
        }
        packs
    }

    fn open_all(&mut self, directory: &Path, hash: gix::hash::Kind) {
        let Ok(entries) = fs::read_dir(directory) else {
            // Without any pack there is no such directory.
            return;
        };
        let mut indexes: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|ending| ending == "idx"))
            .collect();
        indexes.sort();
        for index in indexes {
            match Bundle::at(&index, hash) {
                Ok(bundle) => self.bundles.push(bundle),
                Err(error) => self.broken.push((index, error.to_string())),
            }
        }
    }

    pub fn find(&self, id: &gix::oid) -> Option<Place> {
        self.bundles.iter().enumerate().find_map(|(pack, bundle)| {
            let index = bundle.index.lookup(id)?;
            let offset = bundle.index.pack_offset_at_index(index);
            Some(Place { pack, offset })
        })
    }

    /// The entry at `place`, and what it is stored as.
    pub fn entry(&self, place: Place) -> Result<(Entry, Stored), String> {
        let bundle = &self.bundles[place.pack];
        let entry = bundle
            .pack
            .entry(place.offset)
            .map_err(|it| it.to_string())?;
        let stored = match entry.header {
            Header::Blob | Header::Tree | Header::Commit | Header::Tag => Stored::Whole,
            Header::OfsDelta { base_distance } => {
                let base = Header::verified_base_pack_offset(place.offset, base_distance);
                Stored::Delta(base.ok_or("a delta points outside of its pack")?)
            }
            Header::RefDelta { base_id } => {
                let index = bundle.index.lookup(base_id);
                let index = index.ok_or_else(|| missing_base(&base_id))?;
                Stored::Delta(bundle.index.pack_offset_at_index(index))
            }
        };
        Ok((entry, stored))
    }

    /// The inflated bytes of an entry: an object, or a delta.
    pub fn inflate(
        &self,
        place: Place,
        entry: &Entry,
        inflate: &mut Inflate,
        out: &mut Vec<u8>,
    ) -> Result<(), String> {
        let length = usize::try_from(entry.decompressed_size)
            .map_err(|_| "the object is larger than the memory of this machine".to_owned())?;
        out.clear();
        out.resize(length, 0);
        let pack: &data::File = &self.bundles[place.pack].pack;
        pack.decompress_entry(entry, inflate, out)
            .map(|_| ())
            .map_err(|error| error.to_string())
    }
}

fn missing_base(id: &ObjectId) -> String {
    format!("the object {id} that it builds on is not in its pack")
}
