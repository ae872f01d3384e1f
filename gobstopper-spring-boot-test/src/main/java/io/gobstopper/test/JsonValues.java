package io.gobstopper.test;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.gobstopper.TaskInfo;

/**
 * Values as they are stored, by which they are compared.
 *
 * @param jsonMapper writes and reads what is stored
 * @param argumentNames the names of the arguments of a task in their order
 */
record JsonValues(JsonMapper jsonMapper, List<String> argumentNames) {

	JsonNode of(@Nullable Object value) {
		return this.jsonMapper.readTree(this.jsonMapper.writeValueAsString(value));
	}

	List<JsonNode> of(@Nullable Object[] values) {
		List<JsonNode> all = new ArrayList<>();
		for (Object value : values) {
			all.add(of(value));
		}
		return all;
	}

	// By position, however they were given; what was left out at the end is null.
	List<JsonNode> arguments(TaskInfo task) {
		List<JsonNode> all = new ArrayList<>();
		task.args().forEach((value) -> all.add(of(value)));
		if (!task.kwargs().isEmpty()) {
			this.argumentNames.stream().skip(all.size()).forEach((name) -> all.add(of(task.kwargs().get(name))));
		}
		return all;
	}

}
