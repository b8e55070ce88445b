/** What the author of a service writes against: entities, decisions, rejections. */
@NullMarked
package dev.perdure.api;

import org.jspecify.annotations.NullMarked;
