package dev.perdure.runtime.type;

import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** Says in plain words, without class names, why a body does not fit. */
public final class Reasons {

  private Reasons() {}

  /** One sentence for the caller. */
  public static String of(JacksonException problem) {
    String field = field(problem);
    if (problem instanceof UnrecognizedPropertyException unknown) {
      return "field '"
          + unknown.getPropertyName()
          + "' is not known; the command has "
          + known(unknown);
    }
    if (problem instanceof ValueInstantiationException
        && problem.getCause() instanceof IllegalArgumentException) {
      return String.valueOf(problem.getCause().getMessage());
    }
    if (problem instanceof MismatchedInputException mismatch
        && !(problem instanceof ValueInstantiationException)
        && mismatch.getTargetType() != null) {
      return field + " must be " + describe(mismatch.getTargetType());
    }
    if (problem instanceof InputCoercionException number) {
      return field + " must be " + describe(number.getTargetType());
    }
    if (problem instanceof DatabindException) {
      return field + " does not fit the command";
    }
    return problem.getOriginalMessage();
  }

  private static String field(JacksonException problem) {
    String path =
        problem.getPath().stream()
            .map(
                step ->
                    step.getPropertyName() != null
                        ? step.getPropertyName()
                        : "[" + step.getIndex() + "]")
            .collect(Collectors.joining("."));
    return path.isEmpty() ? "the body" : "field '" + path + "'";
  }

  private static String known(UnrecognizedPropertyException unknown) {
    if (unknown.getKnownPropertyIds() == null || unknown.getKnownPropertyIds().isEmpty()) {
      return "no fields";
    }
    return unknown.getKnownPropertyIds().stream()
        .map(String::valueOf)
        .sorted()
        .collect(Collectors.joining("', '", "'", "'"));
  }

  private static String describe(Class<?> type) {
    if (type == long.class || type == Long.class) {
      return "a whole number within 64 bits";
    }
    if (type == int.class || type == Integer.class) {
      return "a whole number within 32 bits";
    }
    if (type == String.class) {
      return "a string";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    return type.isRecord() ? "an object" : "of another kind";
  }
}
