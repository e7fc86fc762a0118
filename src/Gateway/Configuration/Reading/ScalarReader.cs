using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Reflection;
using Gateway.Policies.Configuration;

namespace Gateway.Configuration.Reading;

/// <summary>Reads a value that is written as one text, and says what is allowed where it cannot.</summary>
internal sealed class ScalarReader
{
    private static readonly ConcurrentDictionary<Type, ScalarReader?> Known = new(new Dictionary<Type, ScalarReader?>
    {
        [typeof(string)] = new("a text", text => text),
        [typeof(bool)] = new("true or false", text => bool.TryParse(text, out bool value) ? value : null),
        [typeof(int)] = new("a whole number", text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : null),
        [typeof(long)] = new("a whole number", text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : null),
        [typeof(double)] = new("a number", text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null),
        [typeof(TimeSpan)] = new(Duration.Allowed, text => Duration.TryParse(text, out TimeSpan value) ? value : null),
        [typeof(IPNetwork)] = new(NetworkText.Allowed, NetworkText.Read),
    });

    private readonly Func<string, object?> _read;

    private ScalarReader(string allowed, Func<string, object?> read) => (Allowed, _read) = (allowed, read);

    /// <summary>What is allowed, for the message of a mistake.</summary>
    public string Allowed { get; }

    /// <summary>The nearest valid text to one that is not; null when there is none.</summary>
    public Func<string, string?> Suggest { get; private init; } = _ => null;

    public static bool Reads(Type type) => For(type) is not null;

    /// <summary>The reader of a type; null when values of it are not written as one text.</summary>
    public static ScalarReader? For(Type type) => Known.GetOrAdd(Nullable.GetUnderlyingType(type) ?? type, static type =>
    {
        if (type.IsEnum)
        {
            return OfEnum(type);
        }

        bool isValue = type.GetInterfaces().Any(face =>
            face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IConfigValue<>) && face.GenericTypeArguments[0] == type);
        MethodInfo make = typeof(ScalarReader).GetMethod(nameof(OfConfigValue), BindingFlags.NonPublic | BindingFlags.Static)!;
        return isValue ? (ScalarReader)make.MakeGenericMethod(type).Invoke(null, null)! : null;
    });

    /// <summary>Null when the text cannot be read.</summary>
    public object? Read(string text) => _read(text);

    private static ScalarReader OfEnum(Type type)
    {
        // Enum.TryParse would also take numbers and lists of names.
        Dictionary<string, object> members = Enum.GetValues(type).Cast<object>()
            .ToDictionary(member => EnumText.Of(member), member => member, StringComparer.OrdinalIgnoreCase);
        return new ScalarReader($"one of {string.Join(", ", members.Keys.Select(name => $"\"{name}\""))}", text => members.GetValueOrDefault(text))
        {
            Suggest = text => Mistakes.NearestName.Of(text, members.Keys),
        };
    }

    private static ScalarReader OfConfigValue<T>()
        where T : IConfigValue<T> =>
        new(T.Allowed, text => T.TryParse(text, out T? value) ? value : null) { Suggest = text => NearestForm.Of(text, T.Allowed) };
}
