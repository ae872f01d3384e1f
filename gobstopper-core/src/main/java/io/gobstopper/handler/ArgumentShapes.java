package io.gobstopper.handler;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.springframework.util.ClassUtils;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.PropertyName;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.introspect.ClassIntrospector;
import tools.jackson.databind.json.JsonMapper;

/**
 * Describes what the arguments of a task look like as JSON, to compare two versions.
 */
public final class ArgumentShapes {

	private static final String TYPE = "type";

	private static final String FORMER_NAMES = "formerNames";

	private final JsonMapper jsonMapper;

	/**
	 * Creates descriptions.
	 * @param jsonMapper reads and writes arguments
	 */
	public ArgumentShapes(JsonMapper jsonMapper) {
		this.jsonMapper = jsonMapper;
	}

	/**
	 * Describes the parameters of a task.
	 * @param signature the task
	 * @return for each parameter, by name, what can be written as JSON: {@code type},
	 * whether it is {@code optional}, its {@code formerNames}, and the {@code items},
	 * {@code keys}, {@code values} or {@code properties} that it consists of
	 */
	public Map<String, Object> describe(TaskSignature signature) {
		Map<String, Object> parameters = new LinkedHashMap<>();
		for (HandlerParameter parameter : signature.arguments().parameters()) {
			Map<String, Object> shape = describe(parameter.type(), List.of());
			shape.put("optional", parameter.mayBeAbsent());
			if (!parameter.formerNames().isEmpty()) {
				shape.put(FORMER_NAMES, parameter.formerNames().stream().sorted().toList());
			}
			parameters.put(parameter.name(), shape);
		}
		return parameters;
	}

	private Map<String, Object> describe(JavaType type, List<JavaType> within) {
		Map<String, Object> shape = new LinkedHashMap<>();
		Class<?> raw = ClassUtils.resolvePrimitiveIfNecessary(type.getRawClass());
		if (type.isReferenceType()) {
			return describe(type.getReferencedType(), within);
		}
		if (raw.isEnum()) {
			shape.put(TYPE, "enum");
			shape.put("values",
					Arrays.stream(raw.getEnumConstants())
						.map((constant) -> this.jsonMapper.writeValueAsString(constant))
						.toList());
		}
		else if (type.isMapLikeType() || type.isCollectionLikeType() || type.isArrayType()) {
			shape.put(TYPE, type.isMapLikeType() ? "map" : "array");
			shape.put("items", describe(type.getContentType(), within));
			if (type.isMapLikeType()) {
				shape.put("keys", describe(type.getKeyType(), within));
			}
		}
		else if (raw.getName().startsWith("java.") || within.contains(type)) {
			shape.put(TYPE, raw.getName());
		}
		else {
			Map<String, Object> properties = properties(type, within);
			shape.put(TYPE, properties.isEmpty() ? raw.getName() : "object");
			shape.put("properties", properties);
		}
		return shape;
	}

	private Map<String, Object> properties(JavaType type, List<JavaType> within) {
		List<JavaType> inner = new ArrayList<>(within);
		inner.add(type);
		DeserializationConfig config = this.jsonMapper.deserializationConfig();
		ClassIntrospector introspector = config.classIntrospectorInstance();
		Map<String, Object> properties = new TreeMap<>();
		for (BeanPropertyDefinition property : introspector
			.introspectForDeserialization(type, introspector.introspectClassAnnotations(type))
			.findProperties()) {
			Map<String, Object> shape = describe(property.getPrimaryType(), inner);
			shape.put("optional", !property.isRequired() && !property.getRawPrimaryType().isPrimitive());
			List<String> aliases = property.findAliases().stream().map(PropertyName::getSimpleName).toList();
			if (!aliases.isEmpty()) {
				shape.put(FORMER_NAMES, aliases);
			}
			properties.put(property.getName(), shape);
		}
		return properties;
	}

}
