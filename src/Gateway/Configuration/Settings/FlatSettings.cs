using Microsoft.Extensions.Configuration;

namespace Gateway.Configuration.Settings;

/// <summary>The tree of settings in the framework's own form: path and value.</summary>
internal static class FlatSettings
{
    /// <summary>All values at and below <paramref name="node"/>. An empty object or array appears with a null value, as in the framework's own JSON reader.</summary>
    public static Dictionary<string, string?> Of(SettingNode node)
    {
        var flat = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        Collect(node, flat);
        return flat;
    }

    public static IConfigurationRoot ToConfiguration(IEnumerable<KeyValuePair<string, string?>> flat) =>
        new ConfigurationBuilder().AddInMemoryCollection(flat).Build();

    private static void Collect(SettingNode node, Dictionary<string, string?> flat)
    {
        bool empty = true;
        foreach (SettingNode child in node.Children)
        {
            empty = false;
            Collect(child, flat);
        }

        if (node.IsScalar || (empty && node.Kind is not SettingKind.Null && node.Path.Length > 0))
        {
            flat[node.Path] = node.Value;
        }
    }
}
