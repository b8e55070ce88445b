/**
 * The stored formats: keys, rows and journal entries, each with a format version, a type and a
 * checksum. Entry types: {@link dev.perdure.runtime.record.EntryBuilder} and {@link
 * dev.perdure.runtime.record.Keys}.
 *
 * <p>Threading: values are immutable; writers belong to one thread. Invariants: bytes written by
 * any released version stay readable (golden files hold that); every key begins with slot, tenant,
 * type and id. Does not own: what the rows mean to an entity, where they are stored.
 */
@NullMarked
package dev.perdure.runtime.record;

import org.jspecify.annotations.NullMarked;
