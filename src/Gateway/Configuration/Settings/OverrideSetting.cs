using System.Text.Json;

namespace Gateway.Configuration.Settings;

/// <summary>One setting from outside the file, laid over what is there.</summary>
internal static class OverrideSetting
{
    /// <summary>Sets one path. A value that is a whole JSON object or array becomes one, all else is text.</summary>
    public static void Put(SettingNode root, string path, string value, SettingOrigin origin)
    {
        SettingNode node = root;
        foreach (string key in path.Split(':'))
        {
            node.BecomeParent(origin);
            node = node.Ensure(key, origin);
        }

        node.Become(SettingKind.Text, value, origin);
        if (Json(value) is { } json)
        {
            Take(node, json.RootElement, origin);
            json.Dispose();
        }
    }

    private static JsonDocument? Json(string value)
    {
        // "{**catch-all}" and "[::1]:6379" begin like JSON too, so only text that parses as a whole is taken for it.
        if (value.Length < 2 || (value[0], value[^1]) is not (('{', '}') or ('[', ']')))
        {
            return null;
        }

        try
        {
            return JsonDocument.Parse(value);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Take(SettingNode node, JsonElement json, SettingOrigin origin)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                node.Become(SettingKind.Object, null, origin);
                foreach (JsonProperty property in json.EnumerateObject())
                {
                    Take(node.Ensure(property.Name, origin), property.Value, origin);
                }

                break;
            case JsonValueKind.Array:
                node.Become(SettingKind.Array, null, origin);
                foreach (JsonElement item in json.EnumerateArray())
                {
                    Take(node.Ensure($"{node.Children.Count()}", origin), item, origin);
                }

                break;
            case JsonValueKind.Null:
                node.Become(SettingKind.Null, null, origin);
                break;
            default:
                node.Become(json.ValueKind is JsonValueKind.String ? SettingKind.Text : SettingKind.Literal, json.ToString(), origin);
                break;
        }
    }
}
