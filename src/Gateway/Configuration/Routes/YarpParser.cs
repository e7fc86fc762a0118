using System.Diagnostics.CodeAnalysis;
using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Reading;
using Gateway.Configuration.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration.Routes;

/// <summary>Reads routes and clusters with YARP's own parser, so that every key of YARP means what YARP's documentation says.</summary>
internal sealed class YarpParser
{
    private readonly IReadOnlyDictionary<string, Type> _types;
    private readonly MistakeList _mistakes;

    private YarpParser(IReadOnlyDictionary<string, Type> types, MistakeList mistakes) => (_types, _mistakes) = (types, mistakes);

    /// <summary>What YARP reads. After a mistake: what it reads of the rest.</summary>
    public static IProxyConfig Parse(SettingNode root, MistakeList mistakes)
    {
        var parser = new YarpParser(YarpShape.Check(root, mistakes), mistakes);
        return parser.Parse(root);
    }

    private IProxyConfig Parse(SettingNode root)
    {
        if (TryParse(new SettingSection(root), out IProxyConfig? parsed, out _))
        {
            return parsed;
        }

        // YARP stops at the first value it cannot read and does not say where it is: ask again about each part alone.
        IEnumerable<SettingNode> parts = ProxySection.Routes(root).Concat(ProxySection.Clusters(root));
        IEnumerable<KeyValuePair<string, string?>> readable = parts.Where(IsReadable).SelectMany(FlatSettings.Of);
        if (!TryParse(FlatSettings.ToConfiguration(readable), out parsed, out Exception? reason))
        {
            _mistakes.Add(root.Nearest(ProxySection.Key), $"YARP cannot read it: {reason.Message}");
            _ = TryParse(new SettingSection(SettingNode.Root(root.Origin)), out parsed, out _);
        }

        return parsed!;
    }

    private bool IsReadable(SettingNode part)
    {
        if (TryParse(Alone(part), out _, out Exception? reason))
        {
            return true;
        }

        int before = _mistakes.Errors;
        foreach (SettingNode leaf in Leaves(part))
        {
            if (!TryParse(Alone(leaf), out _, out Exception? own))
            {
                ScalarReader? reader = _types.TryGetValue(leaf.Path, out Type? type) ? ScalarReader.For(type) : null;
                _mistakes.Add(leaf, $"{leaf.Shown} is not valid", Allowed(type) ?? own.Message, reader?.Suggest(leaf.Value!));
            }
        }

        if (_mistakes.Errors == before)
        {
            _mistakes.Add(part, $"YARP cannot read it: {reason.Message}");
        }

        return false;
    }

    private static IEnumerable<SettingNode> Leaves(SettingNode node) => node.IsScalar ? [node] : node.Children.SelectMany(Leaves);

    private static string? Allowed(Type? wanted)
    {
        Type? type = wanted is null ? null : Nullable.GetUnderlyingType(wanted) ?? wanted;
        return type == typeof(TimeSpan) ? "a .NET TimeSpan such as \"00:00:30\""
            : type == typeof(Version) ? "a version such as \"2\" or \"1.1\""
            : type is not null && type != typeof(string) ? ScalarReader.For(type)?.Allowed
            : null;
    }

    private static IConfigurationRoot Alone(SettingNode node) => FlatSettings.ToConfiguration(FlatSettings.Of(node));

    private static bool TryParse(
        IConfiguration settings,
        [NotNullWhen(true)] out IProxyConfig? parsed,
        [NotNullWhen(false)] out Exception? reason)
    {
        (parsed, reason) = (null, null);
        var services = new ServiceCollection();
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        new ParserOnly(services).LoadFromConfig(settings.GetSection(ProxySection.Key));
        using ServiceProvider provider = services.BuildServiceProvider();
        try
        {
            parsed = provider.GetRequiredService<IProxyConfigProvider>().GetConfig();
            return true;
        }
        // It throws what int.Parse and the like throw, and plain exceptions of its own.
        catch (Exception bad)
        {
            reason = bad;
            return false;
        }
    }

    /// <summary>YARP's parser without the rest of YARP, which takes far longer to set up than a file to parse.</summary>
    private sealed record ParserOnly(IServiceCollection Services) : IReverseProxyBuilder;
}
