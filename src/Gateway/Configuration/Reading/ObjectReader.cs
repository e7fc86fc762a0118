using System.Collections.Concurrent;
using System.Reflection;
using Gateway.Configuration.Mistakes;
using Gateway.Configuration.Settings;
using Gateway.Policies.Configuration;

namespace Gateway.Configuration.Reading;

/// <summary>Reads a value that is written as an object with names of its own, or for short as one text.</summary>
internal sealed class ObjectReader
{
    private delegate object? Parse(IReadOnlyDictionary<string, string> entries, out string wrong);

    private static readonly ConcurrentDictionary<Type, ObjectReader?> Known = new();

    private readonly string _allowed;
    private readonly Parse _parse;

    private ObjectReader(string allowed, Parse parse) => (_allowed, _parse) = (allowed, parse);

    /// <summary>The reader of a type; null when values of it are not written so.</summary>
    public static ObjectReader? For(Type type) => Known.GetOrAdd(type, static type =>
    {
        bool isObject = type.GetInterfaces().Any(face =>
            face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IConfigObject<>) && face.GenericTypeArguments[0] == type);
        MethodInfo make = typeof(ObjectReader).GetMethod(nameof(Of), BindingFlags.NonPublic | BindingFlags.Static)!;
        return isObject ? (ObjectReader)make.MakeGenericMethod(type).Invoke(null, null)! : null;
    });

    /// <summary>Null after a mistake.</summary>
    public object? Read(SettingNode node, MistakeList mistakes)
    {
        SettingNode[] entries = [.. node.Children.Where(child => child.Kind is not SettingKind.Null)];
        SettingNode? wrong = node.Kind is SettingKind.Object ? entries.FirstOrDefault(entry => !entry.IsScalar) : node.IsScalar ? null : node;
        object? value = null;
        if (wrong is null)
        {
            value = _parse(Texts(node, entries), out string key);
            wrong = entries.FirstOrDefault(entry => entry.Key.Equals(key, StringComparison.OrdinalIgnoreCase)) ?? node;
        }

        if (value is null)
        {
            mistakes.Add(wrong, $"{wrong.Shown} is not valid", _allowed);
        }

        return value;
    }

    private static Dictionary<string, string> Texts(SettingNode node, SettingNode[] entries) => node.IsScalar
        ? new() { [""] = node.Value! }
        : entries.ToDictionary(entry => entry.Key, entry => entry.Value!, StringComparer.OrdinalIgnoreCase);

    private static ObjectReader Of<T>()
        where T : class, IConfigObject<T> =>
        new(T.Allowed, (IReadOnlyDictionary<string, string> entries, out string wrong) => T.TryRead(entries, out T? value, out wrong) ? value : null);
}
