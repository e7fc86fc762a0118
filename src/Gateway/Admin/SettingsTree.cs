using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.Admin;

/// <summary>Flat settings (<c>Gateway:Caches:catalog:Tags:0</c>) as the tree they were written as.</summary>
internal static class SettingsTree
{
    public static JsonNode Of(IReadOnlyDictionary<string, string?> settings)
    {
        var root = new JsonObject();
        foreach ((string path, string? value) in settings.OrderBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase))
        {
            Put(root, path.Split(':'), value);
        }

        return WithArrays(root);
    }

    private static void Put(JsonObject root, string[] keys, string? value)
    {
        JsonObject at = root;
        foreach (string key in keys[..^1])
        {
            // A value that also has settings below it: those say more.
            if (at[key] is not JsonObject below)
            {
                at[key] = below = [];
            }

            at = below;
        }

        if (at[keys[^1]] is not JsonObject)
        {
            at[keys[^1]] = value;
        }
    }

    private static JsonNode WithArrays(JsonObject node)
    {
        KeyValuePair<string, JsonNode?>[] children = [.. node];
        node.Clear();
        foreach ((string key, JsonNode? child) in children)
        {
            node[key] = child is JsonObject below ? WithArrays(below) : child;
        }

        int[] indexes = [.. children.Select(child => int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : -1)];
        if (indexes.Length == 0 || !indexes.Order().SequenceEqual(Enumerable.Range(0, indexes.Length)))
        {
            return node;
        }

        return new JsonArray([.. indexes.Zip(children).OrderBy(pair => pair.First).Select(pair => node[pair.Second.Key]?.DeepClone())]);
    }
}
