/** What stored bytes look like, for ever: see docs/stored-formats.md. */
package dev.perdure.runtime.golden;
