package io.gobstopper.test;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Says what in a new version could not read what an old one wrote.
 */
final class ShapeComparison {

	// What reads all that was written as another type.
	private static final Map<String, Set<String>> WIDER = Map.of("java.lang.Short",
			Set.of("java.lang.Integer", "java.lang.Long", "java.math.BigInteger"), "java.lang.Integer",
			Set.of("java.lang.Long", "java.math.BigInteger"), "java.lang.Long", Set.of("java.math.BigInteger"));

	private final List<String> misfits = new ArrayList<>();

	static List<String> compare(JsonNode before, JsonNode now) {
		ShapeComparison comparison = new ShapeComparison();
		before.properties().forEach((task) -> {
			String name = task.getKey();
			JsonNode known = task(now, name);
			if (known == null) {
				comparison.misfits.add("'%s' has no handler any more; keep its name in 'aliases'".formatted(name));
			}
			else {
				comparison.members("'%s': parameter".formatted(name), task.getValue().path("parameters"),
						known.path("parameters"));
			}
		});
		return comparison.misfits;
	}

	private static @Nullable JsonNode task(JsonNode tasks, String name) {
		if (tasks.has(name)) {
			return tasks.get(name);
		}
		for (JsonNode task : tasks) {
			for (JsonNode alias : task.path("aliases")) {
				if (alias.asString().equals(name)) {
					return task;
				}
			}
		}
		return null;
	}

	private void members(String what, JsonNode before, JsonNode now) {
		Set<String> found = new LinkedHashSet<>();
		before.properties().forEach((member) -> {
			String name = present(member.getKey(), now);
			if (name == null) {
				this.misfits.add("%s '%s' is not there any more".formatted(what, member.getKey()));
			}
			else {
				found.add(name);
				shape("%s '%s'".formatted(what, name), member.getValue(), now.get(name));
				if (member.getValue().path("optional").asBoolean() && !now.get(name).path("optional").asBoolean()) {
					this.misfits.add("%s '%s' may not be left out or null any more".formatted(what, name));
				}
			}
		});
		now.properties().forEach((member) -> {
			if (!found.contains(member.getKey()) && !member.getValue().path("optional").asBoolean()) {
				this.misfits.add("%s '%s' is new, and may not be left out".formatted(what, member.getKey()));
			}
		});
	}

	private static @Nullable String present(String name, JsonNode now) {
		if (now.has(name)) {
			return name;
		}
		return now.properties().stream().filter((member) -> {
			for (JsonNode former : member.getValue().path("formerNames")) {
				if (former.asString().equals(name)) {
					return true;
				}
			}
			return false;
		}).map((member) -> member.getKey()).findFirst().orElse(null);
	}

	private void shape(String what, JsonNode before, JsonNode now) {
		String type = before.path("type").asString();
		String typeNow = now.path("type").asString();
		if (!type.equals(typeNow) && !WIDER.getOrDefault(type, Set.of()).contains(typeNow)) {
			this.misfits.add("%s was %s and is %s".formatted(what, type, typeNow));
			return;
		}
		Set<String> values = new LinkedHashSet<>();
		now.path("values").forEach((value) -> values.add(value.asString()));
		before.path("values").forEach((value) -> {
			if (!values.contains(value.asString())) {
				this.misfits.add("%s may not be %s any more".formatted(what, value.asString()));
			}
		});
		if (before.has("items")) {
			shape(what + ", of which each", before.get("items"), now.get("items"));
		}
		if (before.has("keys")) {
			shape(what + ", of which each key", before.get("keys"), now.path("keys"));
		}
		if (before.has("properties")) {
			members(what + ", property", before.get("properties"), now.path("properties"));
		}
	}

}
