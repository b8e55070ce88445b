package dev.perdure.runtime.type;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.ValueInstantiators;
import tools.jackson.databind.deser.std.StdValueInstantiator;
import tools.jackson.databind.introspect.AnnotatedConstructor;
import tools.jackson.databind.module.SimpleModule;

/**
 * Makes records through a handle whose shape is fixed once. Jackson itself uses {@link
 * MethodHandle#invokeWithArguments}, which works out the shape of the call for every single record:
 * a tenth of all that a command allocated, most of it on the shard's thread.
 */
@SuppressWarnings("serial") // A handle cannot be written, and nobody writes an instantiator.
final class RecordMaker extends StdValueInstantiator {

  private static final MethodType SHAPE = MethodType.methodType(Object.class, Object[].class);

  private final Constructor<?> constructor;

  /**
   * Null until the first record of the type: the handles of all types were more than half of the
   * shapes of calls that the JVM had to generate during a start. Two threads that make it at once
   * make the same.
   */
  private @Nullable MethodHandle maker;

  private RecordMaker(StdValueInstantiator otherwise, Constructor<?> constructor) {
    super(otherwise);
    this.constructor = constructor;
    constructor.setAccessible(true);
  }

  /** Has every record of a mapper made so. */
  static SimpleModule module() {
    return new SimpleModule("record-maker") {
      @Override
      public void setupModule(SetupContext context) {
        context.addValueInstantiators(new Makers());
      }
    };
  }

  private static final class Makers extends ValueInstantiators.Base {
    @Override
    public ValueInstantiator modifyValueInstantiator(
        DeserializationConfig config, BeanDescription.Supplier type, ValueInstantiator otherwise) {
      if (type.getBeanClass().isRecord()
          && otherwise instanceof StdValueInstantiator standard
          && standard.getWithArgsCreator() instanceof AnnotatedConstructor constructor) {
        return new RecordMaker(standard, constructor.getAnnotated());
      }
      return otherwise;
    }
  }

  private static MethodHandle handle(Constructor<?> constructor) {
    try {
      return MethodHandles.lookup()
          .unreflectConstructor(constructor)
          .asFixedArity()
          .asSpreader(Object[].class, constructor.getParameterCount())
          .asType(SHAPE);
    } catch (IllegalAccessException e) {
      throw new TypeDefinitionException(
          constructor.getDeclaringClass().getName() + " cannot be made: " + e.getMessage());
    }
  }

  @Override
  public Object createFromObjectWith(DeserializationContext context, Object[] arguments) {
    try {
      MethodHandle made = maker;
      if (made == null) {
        made = handle(constructor);
        maker = made;
      }
      return (Object) made.invokeExact(arguments);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      return context.handleInstantiationProblem(
          _valueClass, arguments, rewrapCtorProblem(context, e));
    }
  }
}
