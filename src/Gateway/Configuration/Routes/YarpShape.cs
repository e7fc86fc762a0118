using System.Reflection;
using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Reading;
using Gateway.Configuration.Settings;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration.Routes;

/// <summary>
/// Holds the <c>ReverseProxy</c> section against the shape of YARP's own records. YARP itself passes over a misspelt key and
/// over a text where it wants an array (<c>"Methods": "GET"</c> would match every method).
/// </summary>
internal sealed class YarpShape
{
    private static readonly string[] Identities = [nameof(RouteConfig.RouteId), nameof(ClusterConfig.ClusterId)];
    private readonly MistakeList _mistakes;
    private readonly Dictionary<string, Type> _types = new(StringComparer.OrdinalIgnoreCase);

    private YarpShape(MistakeList mistakes) => _mistakes = mistakes;

    /// <summary>Reports what YARP would pass over; returns the type that YARP wants at each path.</summary>
    public static IReadOnlyDictionary<string, Type> Check(SettingNode root, MistakeList mistakes)
    {
        var shape = new YarpShape(mistakes);
        if (root.Find(ProxySection.Key) is { } proxy && shape.Demand(proxy, proxy.Kind is SettingKind.Object, "an object with Routes and Clusters"))
        {
            shape.CheckSection(proxy);
        }

        return shape._types;
    }

    /// <summary>The keys of one of YARP's records, as the file writes them.</summary>
    public static IEnumerable<PropertyInfo> Keys(Type record) =>
        record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite && !(Identities.Contains(property.Name) && property.Name == IdentityOf(record)));

    private static string? IdentityOf(Type record) =>
        record == typeof(RouteConfig) ? nameof(RouteConfig.RouteId)
        : record == typeof(ClusterConfig) ? nameof(ClusterConfig.ClusterId)
        : null;

    private void CheckSection(SettingNode proxy)
    {
        foreach (SettingNode part in proxy.Children)
        {
            switch (part.Key.ToUpperInvariant())
            {
                case "ROUTES":
                    CheckNamed(part, typeof(RouteConfig), RoutePolicyReader.Keys);
                    break;
                case "CLUSTERS":
                    CheckNamed(part, typeof(ClusterConfig), []);
                    break;
                default:
                    UnknownKeys.Report(part, ["Routes", "Clusters"], _mistakes);
                    break;
            }
        }
    }

    private void CheckNamed(SettingNode named, Type record, IReadOnlyList<string> ownKeys)
    {
        if (named.Kind is SettingKind.Null || !Demand(named, named.Kind is SettingKind.Object, "an object: names and their settings"))
        {
            return;
        }

        foreach (SettingNode child in named.Children)
        {
            CheckRecord(child, record, ownKeys);
        }
    }

    private void CheckRecord(SettingNode node, Type record, IReadOnlyList<string> ownKeys)
    {
        PropertyInfo[] keys = [.. Keys(record)];
        if (!Demand(node, node.Kind is SettingKind.Object, $"an object with {UnknownKeys.List(keys.Select(key => key.Name))}"))
        {
            return;
        }

        foreach (SettingNode child in node.Children.Where(child => !ownKeys.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (keys.FirstOrDefault(known => known.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is { } key)
            {
                CheckValue(child, key.PropertyType);
            }
            else
            {
                UnknownKeys.Report(child, keys.Select(known => known.Name).Concat(ownKeys), _mistakes);
            }
        }
    }

    private void CheckValue(SettingNode node, Type type)
    {
        _types[node.Path] = type;
        Type generic = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (node.Kind is SettingKind.Null)
        {
            return;
        }

        if (generic == typeof(IReadOnlyList<>))
        {
            bool isList = Demand(node, node.IsList || (node.Kind is SettingKind.Object && !node.Children.Any()), "an array");
            CheckItems(isList ? node.Children : [], type.GenericTypeArguments[0]);
        }
        else if (generic == typeof(IReadOnlyDictionary<,>))
        {
            bool isObject = Demand(node, node.Kind is SettingKind.Object, "an object");
            CheckItems(isObject ? node.Children : [], type.GenericTypeArguments[1]);
        }
        else if (IsYarpRecord(type))
        {
            CheckRecord(node, type, []);
        }
        else
        {
            // SslProtocols is an enum of flags, written as an array.
            Demand(node, node.IsScalar || (type.IsDefined(typeof(FlagsAttribute)) || Nullable.GetUnderlyingType(type)?.IsDefined(typeof(FlagsAttribute)) == true), "one value");
        }
    }

    private void CheckItems(IEnumerable<SettingNode> items, Type type)
    {
        foreach (SettingNode item in items)
        {
            CheckValue(item, type);
        }
    }

    private bool Demand(SettingNode node, bool holds, string allowed)
    {
        if (!holds)
        {
            _mistakes.Add(node, $"{node.Shown} is not valid", allowed);
        }

        return holds;
    }

    private static bool IsYarpRecord(Type type) => type.IsClass && type.Namespace!.StartsWith("Yarp.", StringComparison.Ordinal);
}
