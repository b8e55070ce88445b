/** Old and new code on the same data directory: the tests behind docs/evolution.md. */
package dev.perdure.runtime.evolution;
